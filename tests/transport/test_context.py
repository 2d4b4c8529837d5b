"""The shared context over REST."""

import pytest
from running_server.http import Person


async def test_a_value_is_set_read_and_changed_by_version(ann: Person) -> None:
    """CO1, CO2."""
    session_id = await ann.create()
    path = f"sessions/{session_id}/context"
    for version, value in enumerate([{"rows": 3}, ["a", None], "text"]):
        put = await ann.ask("PUT", f"{path}/data%20set", {"value": value, "base_version": version})
        assert put.status == 200, put
        assert put.json["version"] == version + 1
    assert (await ann.get(path)).json["data set"]["value"] == "text"
    one = (await ann.get(f"{path}/data%20set")).json
    assert [e["value"] for e in one["history"]] == ["text", ["a", None], {"rows": 3}]
    assert one["current"]["by"] == "user:ann"


async def test_an_old_version_is_a_conflict(ann: Person) -> None:
    """CO1."""
    path = f"sessions/{await ann.create()}/context/key"
    await ann.ask("PUT", path, {"value": 1, "base_version": 0})
    stale = await ann.ask("PUT", path, {"value": 2, "base_version": 0})
    assert (stale.status, stale.problem) == (409, "conflict")
    assert (await ann.get(path)).json["current"]["value"] == 1


@pytest.mark.parametrize("key", ["..", "-x", "x" * 101, "a%00b", "a%0Ab", "%E2%80%AEx"])
async def test_a_name_that_is_none_is_refused(ann: Person, key: str) -> None:
    path = f"sessions/{await ann.create()}/context/{key}"
    answer = await ann.ask("PUT", path, {"value": 1, "base_version": 0})
    assert (answer.status, answer.problem) == (400, "invalid"), answer


@pytest.mark.parametrize(
    "body",
    [
        {"value": "x" * 17_000, "base_version": 0},
        {"value": 1},
        {"value": 1, "base_version": -1},
        {"value": 1, "base_version": 0, "by": "user:ben"},
    ],
)
async def test_a_value_that_is_none_is_refused(ann: Person, body: object) -> None:
    """CO2."""
    path = f"sessions/{await ann.create()}/context/key"
    answer = await ann.ask("PUT", path, body)
    assert answer.problem in ("invalid", "too_large"), answer
    missing = await ann.get(path)
    assert (missing.status, missing.problem) == (404, "not_found")


async def test_a_deep_value_is_refused_or_kept_and_the_session_still_opens(ann: Person) -> None:
    """CO2."""
    session_id = await ann.create()
    path = f"sessions/{session_id}/context/deep"
    for depth in (10, 100, 400, 900, 1_000, 8_000):
        raw = '{"base_version":0,"value":' + "[" * depth + "]" * depth + "}"
        answer = await ann.ask("PUT", f"{path}{depth}", raw=raw)
        if answer.status == 200:
            assert (await ann.get(f"{path}{depth}")).status == 200
        else:
            assert answer.problem in ("invalid", "too_large"), answer
    assert (await ann.get(f"sessions/{session_id}")).status == 200


async def test_numbers_that_json_has_and_others_cannot_keep_do_no_harm(ann: Person) -> None:
    """CO2."""
    session_id = await ann.create()
    for index, number in enumerate(("1e400", "-0", "1e-400", "9" * 400, "NaN", "Infinity")):
        path = f"sessions/{session_id}/context/n{index}"
        answer = await ann.ask("PUT", path, raw=f'{{"base_version":0,"value":{number}}}')
        assert answer.status in (200, 400), (number, answer)
    assert (await ann.get(f"sessions/{session_id}/context")).status == 200
    assert (await ann.get(f"sessions/{session_id}/events")).status == 200
