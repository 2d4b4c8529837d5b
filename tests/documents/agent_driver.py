"""A server extension for tests: lets a test move an agent through documents, over HTTP.

``POST /test/agent`` with a list of steps, ``[what, arguments]`` each; the answer has what each
step gave. ``open`` names the agent that the steps after it are for.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from msgspec import structs
from tornado import web

from jupyter_collab_agents.documents.intent import Actor, Wanted
from jupyter_collab_agents.documents.origin import of_run
from jupyter_collab_agents.documents.peer import AgentPeer, NoSuchCell
from jupyter_collab_agents.documents.peers import identity_of
from jupyter_collab_agents.protocol.edits import SetSource
from jupyter_collab_agents.protocol.participants import Kind, Profile


def profile(name: str) -> Profile:
    return Profile(
        participant_id=f"agent:{name}",
        kind=Kind.AGENT,
        name=name.capitalize(),
        initials=name[:2].upper(),
        color="#8452a1",
        avatar_url=None,
        anonymous=False,
        capabilities=[],
    )


class Driver(APIHandler):
    """Agents by name."""

    agents: dict[str, AgentPeer] = {}

    @web.authenticated
    @authorized(action="execute", resource="contents")
    async def post(self) -> None:
        given = []
        for what, arguments in json.loads(self.request.body):
            try:
                given.append(await getattr(self, f"do_{what}")(**arguments))
            except NoSuchCell as gone:
                given.append({"gone": str(gone)})
        self.finish(json.dumps(given))

    async def do_propose(
        self, name: str, path: str, cell_id: str, source: str, run: str = "r1"
    ) -> Any:
        proposals = self.settings["collab_agents"].documents.proposals
        broker = self.settings["collab_agents"].documents.broker
        agent_id = f"agent:{name}"
        made = await proposals.propose(
            Actor(agent_id, name.capitalize(), of_run(agent_id, run), may_write=True),
            path,
            Wanted(
                (await broker.read(path)).version,
                cells=[SetSource(cell_id=cell_id, source=source)],
            ),
            title="Agent's idea",
            run_id=run,
        )
        return made.proposal.proposal_id

    async def do_open(self, name: str, path: str, run: str = "r1") -> Any:
        runtime = self.settings["collab_agents"]
        document_id = runtime.collaboration.document_id(path)
        agent = profile(name)
        self.agents[name] = await runtime.documents.peers.open(
            document_id,
            path,
            agent_id=agent.participant_id,
            origin=f"{agent.participant_id}/{run}",
            identity=identity_of(agent),
        )
        return self.agents[name].doc.client_id

    async def do_set_text(self, name: str, cell: str | None, text: str) -> Any:
        return [structs.asdict(one) for one in await self.agents[name].set_text(cell, text)]

    async def do_type(self, name: str, cell: str | None, words: list[str], **more: Any) -> Any:
        async def come() -> AsyncIterator[str]:
            for word in words:
                yield word
                await asyncio.sleep(0)

        put_back = await self.agents[name].type(cell, come(), **more)
        return [structs.asdict(one) for one in put_back]

    async def do_select(self, name: str, cell: str | None, head: int, anchor: int) -> Any:
        self.agents[name].select(cell, head, anchor)

    async def do_delete_cell(self, name: str, cell: str) -> Any:
        agent = self.agents[name]

        def work(model: Any) -> None:
            del model.ycells[agent.index_of(cell)]

        return [structs.asdict(one) for one in await agent.change(work)]

    async def do_insert_cell(self, name: str, index: int, cell: str, text: str) -> Any:
        def work(model: Any) -> None:
            content = {"id": cell, "cell_type": "code", "source": text, "metadata": {}}
            model.ycells.insert(index, model.create_ycell({**content, "outputs": []}))

        await self.agents[name].change(work)

    async def do_move_cell(self, name: str, cell: str, to: int) -> Any:
        agent = self.agents[name]

        def work(model: Any) -> None:
            at = agent.index_of(cell)
            content = model.get_cell(at)
            del model.ycells[at]
            model.ycells.insert(to, model.create_ycell(content))

        await agent.change(work)

    async def do_set_metadata(self, name: str, cell: str, key: str, value: Any) -> Any:
        agent = self.agents[name]

        def work(model: Any) -> None:
            model.ycells[agent.index_of(cell)]["metadata"][key] = value

        await agent.change(work)

    async def do_sources(self, name: str) -> Any:
        return [str(cell["source"]) for cell in self.agents[name].model.ycells]

    async def do_save(self, name: str) -> Any:
        await self.agents[name].save()

    async def do_close(self, name: str) -> Any:
        await self.agents.pop(name).close()

    async def do_leave_half_made(self, path: str) -> Any:
        """What another extension does that opens a document which cannot be loaded."""
        provider = self.settings["jupyter_server_ydoc"]
        with suppress(Exception):
            await provider.get_document(
                path=path, content_type="notebook", file_format="json", create=True
            )

    async def do_rooms(self) -> Any:
        return sorted(self.settings["collab_agents"].collaboration.rooms)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "documents.agent_driver"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    serverapp.web_app.add_handlers(".*$", [(serverapp.base_url + "test/agent", Driver)])
