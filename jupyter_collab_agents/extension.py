"""The Jupyter server extension: settings in, parts wired, orderly start and stop."""

import asyncio
import os
import time
from datetime import UTC, datetime
from typing import Any

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Enum, Float, Integer, List, TraitError, Unicode

from ._version import __version__
from .agents.builtin import built_in
from .agents.registry import Registry
from .agents.service import AgentService
from .documents.collaboration import Collaboration
from .documents.gate.admission import Door
from .documents.gate.routes import gate_rules
from .documents.paths import path_guard
from .documents.reader import DocumentReader
from .documents.room_life import finish_all_saving
from .documents.service import DocumentService, DocumentSettings
from .hub.hub import Hub
from .hub.settings import Settings
from .protocol.participants import Role
from .protocol.sessions import HistoryAccess
from .storage.open import default_url, open_store
from .storage.store import StoreNotReady, StoreUnavailable
from .transport.document_people import document_rights, person_of, still_there
from .transport.identity import who_saves
from .transport.routes import handlers
from .transport.runtime import SETTINGS_KEY, Runtime

INVITE_PARAMETER = "collab-invite"
"""Of a page's address; ``src/request.ts`` makes the links."""
CONTENTS_EVENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
ENVIRONMENT = "JUPYTER_COLLAB_AGENTS_"
_D = Settings()
_DOCUMENTS = DocumentSettings()


class CollabAgents(ExtensionApp):
    """``c.CollabAgents.<name> = …``, or ``JUPYTER_COLLAB_AGENTS_<NAME>``; traitlets win."""

    name = "jupyter_collab_agents"
    app_name = "Jupyter Collab Agents"
    load_other_extensions = True
    _noted = float("-inf")
    misconfigured: str | None = None
    """What is wrong with the settings; null when nothing is."""

    database_url = Unicode(
        "",
        help="Where sessions are kept: 'sqlite:///absolute/file.sqlite' or 'memory:'. "
        "Empty: a SQLite file for this server's root directory in Jupyter's data directory.",
    ).tag(config=True)
    default_session = Bool(
        _D.default_session, help="A session that everybody on this server is in."
    ).tag(config=True)
    default_session_name = Unicode(
        _D.default_session_name, help="The name of the default session when it is made."
    ).tag(config=True)
    default_role = Enum(
        [r.value for r in Role if r is not Role.OWNER],
        default_value=_D.default_role.value,
        help="The role of whoever joins the default session.",
    ).tag(config=True)
    admins = List(
        Unicode(),
        help="Usernames that own the default session (others can be made owners by them).",
    ).tag(config=True)
    default_history = Enum(
        [h.value for h in HistoryAccess],
        default_value=_D.default_history.value,
        help="What newcomers see of earlier messages: 'all' or 'since_joined'.",
    ).tag(config=True)
    default_agents = List(
        Unicode(),
        default_value=list(_D.default_agents),
        help="Agents that are in every new session.",
    ).tag(config=True)
    auto_responder = Unicode(
        "",
        help="An agent that answers people's messages that mention nobody, e.g. "
        "'agent:notebook'. Empty: agents answer when they are asked.",
    ).tag(config=True)
    max_concurrent_sessions = Integer(
        _D.max_concurrent_sessions, min=1, help="Open (not archived) sessions."
    ).tag(config=True)
    max_session_participants = Integer(
        _D.max_session_participants, min=1, help="People in one session."
    ).tag(config=True)
    session_timeout = Float(
        _D.session_timeout,
        min=1,
        help="Seconds without a connection and a running agent until a session is archived.",
    ).tag(config=True)
    message_queue_size = Integer(
        _D.message_queue_size, min=1, help="Commands that may wait in one live session."
    ).tag(config=True)
    broadcast_interval = Float(
        _D.broadcast_interval, min=0.1, help="Seconds between session states."
    ).tag(config=True)
    message_retention_hours = Float(
        _D.message_retention_hours, min=0, help="Forget older messages; 0 keeps all."
    ).tag(config=True)
    max_frame = Integer(_D.max_frame, min=1024, help="Bytes of one frame.").tag(config=True)
    max_message = Integer(_D.max_message, min=64, help="Bytes of one message.").tag(config=True)
    websocket_ping_interval = Float(_D.ping_interval, min=1, help="Seconds between pings.").tag(
        config=True
    )
    websocket_ping_timeout = Float(
        _D.ping_timeout, min=1, help="Seconds without an answer until a socket counts as gone."
    ).tag(config=True)
    command_rate = Float(
        _D.command_rate, min=0.1, help="Stored commands per second and participant."
    ).tag(config=True)
    command_burst = Integer(
        _D.command_burst, min=1, help="Stored commands at once per participant."
    ).tag(config=True)
    ephemeral_rate = Float(
        _D.ephemeral_rate, min=0.1, help="Presence updates per second and participant."
    ).tag(config=True)
    ephemeral_burst = Integer(
        _D.ephemeral_burst, min=1, help="Presence updates at once per participant."
    ).tag(config=True)
    max_connections_per_participant = Integer(
        _D.max_connections_per_participant, min=1, help="Tabs of one person in one session."
    ).tag(config=True)
    idle_after = Float(_D.idle_after, min=1, help="Seconds without a sign of life until idle.").tag(
        config=True
    )
    away_after = Float(_D.away_after, min=1, help="Seconds without a sign of life until away.").tag(
        config=True
    )
    slow_timeout = Float(
        _D.slow_timeout,
        min=0.1,
        help="Seconds that a connection may take nothing of what it is sent.",
    ).tag(config=True)
    reauthorise_interval = Float(
        _D.reauthorise_interval,
        min=0.1,
        help="Seconds until an open connection is authorised again.",
    ).tag(config=True)
    snapshot_days = Float(
        _DOCUMENTS.snapshot_days,
        min=0,
        help="Days after which snapshots of documents are forgotten; 0 keeps them.",
    ).tag(config=True)
    snapshots_per_document = Integer(
        _DOCUMENTS.snapshots_per_document, min=1, help="Snapshots that one document keeps."
    ).tag(config=True)
    snapshot_bytes = Integer(
        _DOCUMENTS.snapshot_bytes,
        min=1_000_000,
        help="Bytes of all snapshots together, before compression; the oldest go first.",
    ).tag(config=True)
    lock_timeout = Integer(
        _DOCUMENTS.lock_timeout,
        min=10,
        help="Seconds that a person's lock lasts at most, unless renewed.",
    ).tag(config=True)
    agent_lock_timeout = Integer(
        _DOCUMENTS.agent_lock_timeout,
        min=10,
        help="Seconds that an agent's lock lasts at most, unless renewed.",
    ).tag(config=True)
    lock_request_timeout = Integer(
        _DOCUMENTS.lock_request_timeout,
        min=1,
        help="Seconds after asking for a lock, or after being refused it, until it may be taken.",
    ).tag(config=True)
    lock_grace = Float(
        _DOCUMENTS.lock_grace, min=1, help="Seconds after its holder left until a lock ends."
    ).tag(config=True)
    max_locks_per_participant = Integer(
        _DOCUMENTS.max_locks_per_participant, min=1, help="Locks that one participant may hold."
    ).tag(config=True)
    max_document_message = Integer(
        _DOCUMENTS.max_document_message,
        min=1024,
        help="Bytes of one message of a live document's socket.",
    ).tag(config=True)
    conflict_resolution_enabled = Bool(
        _DOCUMENTS.conflict_resolution_enabled,
        help="Keep what an edit and a document disagree on as a conflict for people to decide, "
        "and merge the rest. Off: such an edit is refused as a whole.",
    ).tag(config=True)
    auto_merge_enabled = Bool(
        _DOCUMENTS.auto_merge_enabled,
        help="Merge edits into documents that have changed since. Off: such edits are refused.",
    ).tag(config=True)
    conflict_notification_enabled = Bool(
        _DOCUMENTS.conflict_notification_enabled,
        help="Tell sessions that have the file when a conflict comes up or is decided. "
        "Off: it is only listed.",
    ).tag(config=True)
    max_document = Integer(
        _DOCUMENTS.max_document,
        min=1024,
        help="Characters of a document (without outputs) that can be edited over REST.",
    ).tag(config=True)
    snapshot_shrink_share = Float(
        _DOCUMENTS.snapshot_shrink_share,
        min=0,
        max=1,
        help="What part of a document may be gone with one save without a snapshot.",
    ).tag(config=True)
    max_concurrent_runs = Integer(4, min=1, help="Agent runs at the same time.").tag(config=True)
    run_timeout = Float(600.0, min=1, help="Seconds an agent run may take.").tag(config=True)

    @property
    def app(self) -> Any:
        """The server that this extension is linked to."""
        return self.serverapp

    def initialize_settings(self) -> None:
        """Make the runtime that handlers find; nothing is opened yet."""
        self.runtime = Runtime(Collaboration(self.app.web_app.settings))
        self.runtime.version = __version__
        self.settings[SETTINGS_KEY] = self.runtime
        try:
            self._read_environment()
        except TraitError as problem:
            self.misconfigured = str(problem)

    def initialize_handlers(self) -> None:
        """Add the routes, and the gate before the sockets of live documents; keep the tokens of
        invitation links out of the request log."""
        self.app.web_app.add_handlers(".*$", gate_rules(self.app.base_url, self._door()))
        self.app.web_app.add_handlers(".*$", handlers(self.app.base_url))
        settings = self.app.web_app.settings
        scrubbed = settings.get("extra_log_scrub_param_keys") or []
        settings["extra_log_scrub_param_keys"] = [*scrubbed, INVITE_PARAMETER]

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        try:
            await self.start_collaboration()
        except Exception:
            self.log.exception("collaboration did not start")
            self._not_ready("Collaboration could not start. The server's log says why.")
        finally:
            self.runtime.settled.set()

    async def start_collaboration(self) -> None:
        """Open the store and start the hub. What goes wrong is said in the panel and the log."""
        runtime, app = self.runtime, self.app
        if self.misconfigured is not None:
            self._not_ready(self.misconfigured)
            return
        url = self.database_url or await asyncio.to_thread(
            default_url,
            app.contents_manager.root_dir if self._has_root() else app.root_dir,
            jupyter_data_dir(),
        )
        try:
            store = await open_store(url)
        except (StoreNotReady, StoreUnavailable) as problem:
            self._not_ready(str(problem))
            return
        hub = Hub(store, self._settings(), version=__version__)
        guard = path_guard(app.contents_manager)
        hub.path_guard = guard
        reader = DocumentReader(runtime.collaboration, app.contents_manager, guard)
        documents = DocumentService(
            hub,
            collaboration=runtime.collaboration,
            gate=runtime.gate,
            contents_manager=app.contents_manager,
            guard=guard,
            web_settings=app.web_app.settings,
            who_saves=who_saves,
            settings=DocumentSettings(
                snapshot_days=self.snapshot_days,
                snapshots_per_document=self.snapshots_per_document,
                snapshot_bytes=self.snapshot_bytes,
                snapshot_shrink_share=self.snapshot_shrink_share,
                lock_timeout=self.lock_timeout,
                agent_lock_timeout=self.agent_lock_timeout,
                lock_request_timeout=self.lock_request_timeout,
                lock_grace=self.lock_grace,
                max_locks_per_participant=self.max_locks_per_participant,
                conflict_resolution_enabled=self.conflict_resolution_enabled,
                auto_merge_enabled=self.auto_merge_enabled,
                conflict_notification_enabled=self.conflict_notification_enabled,
                max_document=self.max_document,
            ),
        )
        registry = Registry(built_in())
        service = AgentService(
            hub,
            registry,
            reader,
            auto_responder=self.auto_responder or None,
            max_concurrent=self.max_concurrent_runs,
            run_timeout=self.run_timeout,
        )
        try:
            await hub.start()
            await documents.start()
        except Exception as problem:
            await service.stop()
            documents.stop()
            await hub.stop()  # also lets go of the store: a restart must find it free
            if not isinstance(problem, StoreUnavailable):
                raise
            self._not_ready(str(problem))
            return
        hub.on_activity = self._note_activity
        hub.spawn(service.load_entry_points(), "loading agents of other packages")
        app.event_logger.add_listener(schema_id=CONTENTS_EVENTS, listener=self._contents_changed)
        runtime.agents = service
        runtime.documents = documents
        runtime.hub = hub
        runtime.problem = None
        self.log.info("collaboration is ready")

    async def stop_extension(self) -> None:
        """Finish what was accepted, tell everybody to come back later, let go."""
        runtime = self.runtime
        if runtime.agents is not None:
            await runtime.agents.stop()
            runtime.agents = None
        documents, runtime.documents = runtime.documents, None
        if documents is not None:
            documents.stop()
        await finish_all_saving(runtime.collaboration)
        await runtime.gate.dismiss()
        if documents is not None:
            await documents.authors.stop()
        hub, runtime.hub = runtime.hub, None
        runtime.problem = "The server is stopping."
        if hub is not None:
            await hub.stop()

    async def _contents_changed(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        documents, hub = self.runtime.documents, self.runtime.hub
        if documents is not None and hub is not None and data["action"] in ("rename", "delete"):
            # in a moment: whoever keeps the files' ids hears of it in this same round
            hub.clock.call_later(0, documents.locks.look_for_moves)

    def _door(self) -> Door:
        return Door(
            collaboration=self.runtime.collaboration,
            gate=self.runtime.gate,
            person=person_of,
            rights=document_rights,
            still_there=still_there,
            settled=self.runtime.settled.wait,
            max_message=self.max_document_message,
            reauthorise_interval=self.reauthorise_interval,
        )

    def _not_ready(self, problem: str) -> None:
        """The server runs on without collaboration; the panel and the log say why."""
        self.runtime.problem = problem
        self.log.error("collaboration is not ready: %s", problem)

    def _has_root(self) -> bool:
        return bool(getattr(self.app.contents_manager, "root_dir", ""))

    def _note_activity(self) -> None:
        # Jupyter Server looks at every key that ends so before it shuts down or is culled
        now = time.monotonic()
        if now - self._noted >= 1.0:
            self._noted = now
            self.app.web_app.settings["collab_agents_last_activity"] = datetime.now(UTC)

    def _settings(self) -> Settings:
        return Settings(
            max_concurrent_sessions=self.max_concurrent_sessions,
            max_session_participants=self.max_session_participants,
            session_timeout=self.session_timeout,
            message_queue_size=self.message_queue_size,
            broadcast_interval=self.broadcast_interval,
            message_retention_hours=self.message_retention_hours,
            max_frame=self.max_frame,
            max_message=self.max_message,
            ping_interval=self.websocket_ping_interval,
            ping_timeout=self.websocket_ping_timeout,
            default_session=self.default_session,
            default_session_name=self.default_session_name,
            default_role=Role(self.default_role),
            admins=frozenset(f"user:{name}" for name in self.admins),
            default_history=HistoryAccess(self.default_history),
            default_agents=tuple(self.default_agents),
            idle_after=self.idle_after,
            away_after=self.away_after,
            command_rate=self.command_rate,
            command_burst=self.command_burst,
            ephemeral_rate=self.ephemeral_rate,
            ephemeral_burst=self.ephemeral_burst,
            max_connections_per_participant=self.max_connections_per_participant,
            slow_timeout=self.slow_timeout,
            reauthorise_interval=self.reauthorise_interval,
        )

    def _read_environment(self) -> None:
        """``JUPYTER_COLLAB_AGENTS_<NAME>`` for each setting that no traitlet sets."""
        configured = self.config.get("CollabAgents", {})
        for trait_name, trait in self.class_traits(config=True).items():
            if trait.this_class is not CollabAgents or trait_name in configured:
                continue
            raw = os.environ.get(ENVIRONMENT + trait_name.upper())
            if raw is None:
                continue
            try:
                value = _items(raw) if isinstance(trait, List) else trait.from_string(raw)
                setattr(self, trait_name, value)
            except (TraitError, ValueError) as problem:
                raise TraitError(f"{ENVIRONMENT}{trait_name.upper()}: {problem}") from problem


def _items(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]
