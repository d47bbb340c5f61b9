"""How a registry lets us in: it challenges a request, and we answer with the login or a token that it buys.

Source: RFC 9110 §11, and the distribution project's "Token authentication specification" and "OAuth2 token
authentication".
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field

from chartgen.errors import ToolError, Where
from chartgen.publish.web.credentials import Login
from chartgen.publish.web.exchange import Response, address, origin
from chartgen.publish.web.transport import Sending, Transport, parsed_json, refusal, silenced

_PART = re.compile(r'([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?|"(?:[^"\\]|\\.)*"')
_LIMIT = 2**20
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server wants before it answers: `scheme` (`basic` or `bearer`), and where a token is to be had."""

    scheme: str
    realm: str = ""
    service: str = ""
    scope: str = ""


def challenges(header: str) -> tuple[Challenge, ...]:
    """The challenges of a `WWW-Authenticate` header that we can answer, in their order."""
    found: list[tuple[str, dict[str, str]]] = []
    for match in _PART.finditer(header[:_LONGEST]):
        name, quoted, plain = match.groups()
        if name and quoted is None and plain is None:
            found.append((name.lower(), {}))
        elif name and found:
            value = plain if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
            found[-1][1].setdefault(name.lower(), value)
    return tuple(
        Challenge(scheme, values.get("realm", ""), values.get("service", ""), values.get("scope", ""))
        for scheme, values in found
        if scheme in ("basic", "bearer")
    )


def _wider(challenged: str, scope: str) -> str:
    """What to ask a token for: the scope of the challenge, with the actions that we need next on the same thing."""
    thing, _, actions = challenged.rpartition(":")
    own, _, needed = scope.rpartition(":")
    if not challenged or thing == own:
        return f"{own}:{','.join(dict.fromkeys([*filter(None, actions.split(',')), *needed.split(',')]))}"
    return challenged


@dataclass(slots=True)
class Authorizer:
    """Answers the challenges of one registry, and remembers the answers.

    The login goes to the registry itself, or, as Docker does it, to the token server that the registry names: whoever
    runs the registry gets the login anyway, so it may say who checks it. That server may be another host, but is spoken
    to by HTTPS, unless the registry itself is not; and no redirect takes the login on.

    Attributes:
        url: the registry's, without a path.
        login: ours; None: we have none, and ask for what everybody gets.
    """

    url: str
    login: Login | None
    transport: Transport
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def headers(self, url: str, scope: str) -> Mapping[str, str]:
        """What a request says of us, before any challenge: nothing to another server than the registry."""
        if origin(url) != origin(self.url):
            return {}
        if self.login is not None and self.login.token:
            return self.login.headers(url)
        return self._known.get(scope, {})

    def answer(self, response: Response, scope: str) -> bool:
        """Whether there is an answer to a challenge (401) that the last one did not give.

        Arguments:
            scope: what the request needs: `repository:charts/redis:pull,push`.

        Raises:
            ToolError: the token server does not let us in, or may not be asked.
        """
        if origin(response.url) != origin(self.url) or (self.login is not None and self.login.token):
            return False
        for challenge in challenges(response.headers.get("www-authenticate", "")):
            if challenge.scheme == "bearer":
                headers: Mapping[str, str] = {"Authorization": f"Bearer {self._token(challenge, scope, response)}"}
            elif self.login is not None:
                headers = self.login.basic()
            else:
                headers = {}
            if headers and headers != self._known.get(scope):
                self._known[scope] = headers
                return True
        return False

    def _token(self, challenge: Challenge, scope: str, response: Response) -> str:
        realm = self._realm(challenge, response)
        login = self.login
        asked = {"service": challenge.service, "scope": _wider(challenge.scope, scope)}
        asked = {key: value for key, value in asked.items() if value}
        if login is not None and login.identity:
            form = {
                "grant_type": "refresh_token",
                "client_id": "chartgen",
                **asked,
                "refresh_token": login.identity,
            }
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            body = urllib.parse.urlencode(form).encode()
            answer = self.transport.request("POST", realm, Sending(headers, body, limit=_LIMIT))
            answer = silenced(answer, login.identity)
        else:
            separator = "&" if urllib.parse.urlsplit(realm).query else "?"
            query = f"{realm}{separator}{urllib.parse.urlencode(asked)}" if asked else realm
            headers = login.basic() if login is not None else {}
            answer = self.transport.request("GET", query, Sending(headers, limit=_LIMIT))
        if answer.status != 200:
            raise refusal(answer, f"log in anew: `helm registry login {self.url.partition('://')[2]}`")
        data = parsed_json(answer, "a token", _LIMIT)
        token = data.get("token") or data.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ToolError("the token server did not answer with a token", Where(answer.address))
        return token

    def _realm(self, challenge: Challenge, response: Response) -> str:
        realm = challenge.realm
        if origin(realm)[0] == "https" or origin(self.url)[0] == "http":
            return realm
        message = f"sends us for a token to {address(realm)}, which is plain http"
        raise ToolError(message, Where(response.address), "a login is not sent there: tell whoever runs the registry")
