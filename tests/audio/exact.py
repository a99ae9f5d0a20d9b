"""A call and a microphone that change no sample on the way, so that sound can carry numbers."""

from tests.sound_server import PROMPT, RATE, PrivateSoundServer

CALL, DESK = "exact", "desk"
"""The sinks: what the computer plays, and what is played into the microphone."""


def exact_devices(server: PrivateSoundServer) -> None:
    """Plug both in, 16 kHz and one channel, and make them the defaults."""
    for name in (CALL, DESK):
        words = ["load-module", "module-null-sink", f"sink_name={name}", PROMPT]
        server.pactl(*words, f"rate={RATE}", "channels=1", "format=s16le")
    server.pactl("load-module", "module-remap-source", "source_name=exact_mic", f"master={DESK}.monitor")
    server.pactl("set-default-sink", CALL)
    server.pactl("set-default-source", "exact_mic")
