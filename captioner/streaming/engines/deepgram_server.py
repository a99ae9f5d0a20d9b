"""What servers that speak Deepgram's protocol differ in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerCapabilities:
    """What a server that speaks the protocol can do; the defaults are Deepgram's (PROTOCOL P11).

    `finalize`: it knows Finalize. `interims`: it says something before CloseStream. `keep_alive`: it knows
    KeepAlive. `metadata_at_open`: its first Metadata is a greeting. `word_confidence`: its confidences mean
    something. `configure`: key terms can be changed on the way. `finals_tile`: its finals cover the time line
    without holes, silence too, so that a final that is missing, late or said twice is noticed.
    """

    finalize: bool = True
    interims: bool = True
    keep_alive: bool = True
    metadata_at_open: bool = False
    word_confidence: bool = True
    configure: bool = True
    finals_tile: bool = True
