"""How the scripted server takes up, refuses or ignores an attempt to connect."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.http11 import Response

FLAGS = {
    "interim_results",
    "multichannel",
    "smart_format",
    "punctuate",
    "vad_events",
    "diarize",
    "numerals",
    "no_delay",
    "profanity_filter",
    "filler_words",
    "dictation",
    "detect_entities",
    "mip_opt_out",
}

REFUSALS = {
    400: ("INVALID_QUERY_PARAMETER", "Failed to deserialize query parameters."),
    401: ("INVALID_AUTH", "Invalid credentials."),
    402: ("ASR_PAYMENT_REQUIRED", "Project does not have enough credits for an ASR request."),
    403: ("INSUFFICIENT_PERMISSIONS", "Project does not have access to the requested model."),
    404: ("NOT_FOUND", "No such endpoint."),
    429: ("TOO_MANY_REQUESTS", "Too many requests. Please try again later."),
}


@dataclass(frozen=True, slots=True)
class Handshake:
    """One attempt to connect. `status`: the answer, None while there is none."""

    path: str
    query: dict[str, list[str]]
    headers: Headers
    at: float
    request_id: str
    status: int | None = None

    @classmethod
    def of(cls, target: str, headers: Headers, at: float, request_id: str) -> "Handshake":
        parts = urlsplit(target)
        return cls(parts.path, parse_qs(parts.query, keep_blank_values=True), headers, at, request_id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The handshake is refused."""

    status: int
    err_code: str
    err_msg: str
    retry_after: float | str | None = None

    def response(self, request_id: str) -> Response:
        """The refusal as the service sends it: the words in `dg-error` and in the body."""
        fields = {"err_code": self.err_code, "err_msg": self.err_msg, "request_id": request_id}
        body = json.dumps(fields).encode()
        headers = Headers()
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(body))
        headers["Connection"] = "close"
        headers["dg-error"] = self.err_msg
        if self.retry_after is not None:
            headers["Retry-After"] = f"{self.retry_after}"
        return Response(self.status, HTTPStatus(self.status).phrase, headers, body)


def refuse(
    status: int, err_code: str = "", err_msg: str = "", *, retry_after: float | str | None = None
) -> Refusal:
    """A refused handshake, in the service's words for this status unless others are given."""
    code, text = REFUSALS.get(status, ("UNKNOWN", HTTPStatus(status).phrase))
    return Refusal(status, err_code or code, err_msg or text, retry_after)


def fault(handshake: Handshake, key: str | None) -> Refusal | None:
    """Why the service would refuse this attempt."""
    if handshake.path != "/v1/listen":
        return refuse(404)
    headers = handshake.headers
    shown = (headers.get("Authorization"), headers.get("Sec-WebSocket-Protocol"))
    if key is not None and not {f"Token {key}", f"Bearer {key}", f"token, {key}"} & set(shown):
        return refuse(401)
    query = handshake.query
    for name in FLAGS & query.keys():
        if query[name] not in (["true"], ["false"]):
            return refuse(400, err_msg=f"{name} must be true or false")
    for name in {"sample_rate", "channels"} & query.keys():
        if not query[name][-1].isdecimal() or int(query[name][-1]) < 1:
            return refuse(400, err_msg=f"{name} must be a number")
    if "utterance_end_ms" in query and query.get("interim_results") != ["true"]:
        return refuse(400, err_msg="utterance_end_ms needs interim_results=true")
    if query.get("encoding") in (["linear16"], ["linear32"]) and "sample_rate" not in query:
        return refuse(400, err_msg="sample_rate is required with this encoding")
    return None
