"""One base for every REST handler: identity in, typed bodies, one shape of error out."""

import math
from collections.abc import Awaitable, Callable
from functools import wraps
from http.client import responses
from typing import Any, TypeVar, cast

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..domain.errors import Refusal
from ..domain.permissions import Rights
from ..hub.hub import Hub
from ..protocol.base import Wire
from ..protocol.errors import ErrorCode, Problem
from ..protocol.frames import encode
from ..protocol.participants import Profile
from ..storage.store import StoreNotReady, StoreUnavailable
from .identity import account_of, profile_of, rights_of
from .runtime import SETTINGS_KEY, Runtime

T = TypeVar("T")

HTTP_STATUS = {
    ErrorCode.INVALID: 400,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.LOCKED: 423,
    ErrorCode.BUSY: 503,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.ARCHIVED: 409,
    ErrorCode.SESSION_FULL: 409,
    ErrorCode.TOO_MANY_SESSIONS: 409,
    ErrorCode.MUTED: 403,
    ErrorCode.BANNED: 403,
    ErrorCode.NOT_READY: 503,
    ErrorCode.UNSUPPORTED_PROTOCOL: 400,
    ErrorCode.INTERNAL: 500,
}


class CollabHandler(APIHandler):
    """Base of all REST handlers.

    Asking here is no sign of life: the panel asks by itself. Human messages and agents' runs
    are (``extension.py`` notes them), so an idle server can be culled.
    """

    _track_activity = False
    stores = True
    """Whether what is not a GET here is a stored command, for the rate it is held to."""

    @property
    def runtime(self) -> Runtime:
        """The running extension."""
        runtime: Runtime = self.settings[SETTINGS_KEY]
        return runtime

    @property
    def hub(self) -> Hub:
        """The hub; raises ``StoreNotReady``."""
        return self.runtime.ready()

    async def me(self) -> tuple[Profile, Rights]:
        """Who asks, and what their account may do; the hub remembers them."""
        profile = profile_of(self.current_user)
        await self.hub.meet(profile)
        rights = await rights_of(self, self.current_user)
        self.hub.accounts.note(
            profile.participant_id, await account_of(self, self.current_user, rights)
        )
        if self.request.method not in ("GET", "HEAD"):
            self._hold_to_rate(profile)
        return profile, rights

    def _hold_to_rate(self, profile: Profile) -> None:
        """REST and sockets draw on one allowance. Raises ``Refusal`` RATE_LIMITED."""
        wait = self.hub.rates.wait(profile.participant_id, ephemeral=not self.stores)
        if wait > 0:
            self.set_header("Retry-After", str(math.ceil(wait)))
            raise Refusal(
                ErrorCode.RATE_LIMITED, f"Too much at once. Try again in {math.ceil(wait)} s."
            )

    def body(self, of: type[T], *, most: int | None = None) -> T:
        """The request's JSON as a Struct. ``most`` bytes are let in, by default a frame's.

        Raises ``Refusal`` INVALID or TOO_LARGE.
        """
        raw = self.request.body
        most = most or self.hub.settings.max_frame
        if len(raw) > most:
            raise Refusal(ErrorCode.TOO_LARGE, f"A request may have {most} bytes at most.")
        try:
            return msgspec.json.decode(raw or b"{}", type=of)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            raise Refusal(
                ErrorCode.INVALID, f"The request was not understood: {str(problem)[:200]}"
            ) from problem

    def number(self, name: str, default: int | None, *, low: int, high: int) -> int | None:
        """A whole number of the query. Raises ``Refusal`` INVALID."""
        raw = self.get_query_argument(name, "")
        if not raw:
            return default
        if len(raw) > 16 or not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise Refusal(
                ErrorCode.INVALID, f"'{name}' must be a whole number from {low} to {high}."
            )
        return int(raw)

    def set_default_headers(self) -> None:
        """What is said here is for whoever asked now, and for nobody's cache."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def answer(self, value: Wire | list[Any] | dict[str, Any], status: int = 200) -> None:
        """Send a Struct, or a list or dictionary of them, as JSON."""
        self.set_status(status)
        self.finish(msgspec.json.encode(value))

    def refuse(self, code: ErrorCode, message: str) -> None:
        """Send the one shape of error."""
        self.answer(Problem(code=code, message=message, detail=None), HTTP_STATUS[code])

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors that Tornado and Jupyter raise, in the same shape."""
        write_problem(self, status_code, kwargs.get("exc_info"))


def write_problem(handler: web.RequestHandler, status: int, exc_info: Any) -> None:
    """Answer with the one shape of error. ``exc_info`` is Tornado's, may be null."""
    error = exc_info[1] if exc_info else None
    message = getattr(error, "log_message", None) or responses.get(status, "Unknown error")
    codes = {403: ErrorCode.FORBIDDEN, 404: ErrorCode.NOT_FOUND, 413: ErrorCode.TOO_LARGE}
    code = codes.get(status, ErrorCode.INVALID if status < 500 else ErrorCode.INTERNAL)
    handler.set_status(status)
    handler.set_header("Content-Type", "application/json")
    handler.set_header("Cache-Control", "no-store")
    handler.finish(encode(Problem(code=code, message=str(message), detail=None)))


Method = Callable[..., Awaitable[None]]


def allowed(action: str, resource: str) -> Callable[[Method], Method]:
    """Who may call a method: somebody logged in whom the Authorizer grants ``action`` on
    ``resource`` (both always said). Refusals below become answers."""

    def decorate(method: Method) -> Method:
        guarded: Any = web.authenticated(
            authorized(action=action, resource=resource)(_answered(method))
        )
        return cast(Method, guarded)

    return decorate


def _answered(method: Method) -> Method:
    @wraps(method)
    async def wrapped(self: CollabHandler, *args: Any, **kwargs: Any) -> None:
        try:
            await method(self, *args, **kwargs)
        except Refusal as refusal:
            self.refuse(refusal.code, refusal.message)
        except StoreNotReady as problem:
            self.refuse(ErrorCode.NOT_READY, str(problem))
        except StoreUnavailable as problem:
            self.log.error("the store did not answer: %s", problem)
            self.refuse(
                ErrorCode.BUSY, "The server could not reach its storage. Try again in a moment."
            )

    return wrapped
