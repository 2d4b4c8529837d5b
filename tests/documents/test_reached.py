"""How far a document's history has come."""

from pycrdt import Doc, Text

from jupyter_collab_agents.documents.reached import reaches


def test_a_document_reaches_what_it_had_and_not_what_it_has_not() -> None:
    doc, other = Doc(), Doc()
    states = [doc.get_state()]
    for text in ("one", "two"):
        doc.get("source", type=Text).insert(0, text)
        states.append(doc.get_state())
    other.get("source", type=Text).insert(0, "other")
    for at, state in enumerate(states):
        assert [reaches(state, needed) for needed in states] == [at >= n for n in range(3)]
    assert reaches(states[0], b"")
    assert not reaches(doc.get_state(), other.get_state())
    other.apply_update(doc.get_update())
    assert reaches(other.get_state(), doc.get_state())
