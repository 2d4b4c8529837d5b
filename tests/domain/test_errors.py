from jupyter_collab_agents.domain.errors import Refusal
from jupyter_collab_agents.protocol.errors import ErrorCode


def test_a_refusal_has_a_code_for_programs_and_words_for_people():
    refusal = Refusal(ErrorCode.FORBIDDEN, "Only an owner can do this.")
    assert refusal.code is ErrorCode.FORBIDDEN
    assert refusal.message == str(refusal) == "Only an owner can do this."
