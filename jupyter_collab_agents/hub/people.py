"""The people this server has seen: nobody is known here who is not stored."""

import logging
from collections.abc import Callable, Mapping

import msgspec

from ..protocol.frames import encode
from ..protocol.participants import Kind, Profile
from ..storage.store import Store

log = logging.getLogger(__name__)

_profile_decoder = msgspec.json.Decoder(Profile)


class People:
    """Profiles by participant, and names for people to read."""

    def __init__(self, store: Store, agents: Callable[[], Mapping[str, Profile]]) -> None:
        self._store = store
        self._agents = agents
        self._known: dict[str, Profile] = {}

    async def load(self) -> None:
        """Read whom the store knows."""
        for participant_id, raw in (await self._store.profiles()).items():
            try:
                self._known[participant_id] = _profile_decoder.decode(raw)
            except msgspec.DecodeError:
                # one bad row must not keep everybody out; whoever it is introduces themselves
                log.exception("the stored profile of %s cannot be read", participant_id)

    async def meet(self, profile: Profile) -> None:
        """Remember who somebody is, so that they can be invited by name."""
        if self._known.get(profile.participant_id) != profile:
            if not profile.anonymous:  # a random name for a while, nobody to invite
                await self._store.save_profile(profile.participant_id, encode(profile))
            self._known[profile.participant_id] = profile

    def everybody(self) -> list[Profile]:
        """Everybody this server has seen, by name; no anonymous ones."""
        known = [p for p in self._known.values() if not p.anonymous and p.kind is Kind.USER]
        return sorted(known, key=lambda p: p.name.casefold())

    def name_of(self, participant_id: str) -> str:
        """A name for people to read."""
        profile = self._known.get(participant_id) or self._agents().get(participant_id)
        return profile.name if profile else participant_id.partition(":")[2] or participant_id
