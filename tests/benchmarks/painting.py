"""What painting captions costs and how soon words are seen, on a screen of our own (Xvfb), in a window."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.end_to_end.display import PrivateDisplay, is_installed, private_display

SECONDS = 20


def painting_figures() -> dict[str, float | str]:
    """Shares of a core at 15 updates a second in three lines, and delays from an event to the screen."""
    if not is_installed():
        return {"left out": "needs Xvfb, openbox, xdotool and scrot"}
    with tempfile.TemporaryDirectory() as folder, private_display(Path(folder)) as display:
        ours, plain, strokes = (
            _measure(display, *case, "cost")["share"]
            for case in (("uniform", "ours"), ("none", "ours"), ("uniform", "strokes"))
        )
        delays = _measure(display, "uniform", "ours", "delay")["delays"]
        slow = _measure(display, "uniform", "strokes", "delay")["delays"]
    return {
        "% of a core, outline": ours,
        "% of a core, no edge": plain,
        "% of a core, outline as stroked paths": strokes,
        "stroked paths cost so much more": strokes / ours,
        "event to pixel p50 ms": statistics.median(delays),
        "event to pixel p99 ms": _p99(delays),
        "stroked paths, event to pixel p50 ms": statistics.median(slow),
        "stroked paths, event to pixel p99 ms": _p99(slow),
    }


def _measure(display: PrivateDisplay, *case: str) -> Any:
    script = Path(__file__).with_name("painted_overlay.py")
    done = subprocess.run(
        [sys.executable, str(script), *case, str(SECONDS)],
        env={**display.env, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def _p99(delays: Sequence[float]) -> float:
    return statistics.quantiles(delays, n=100)[-1]


if __name__ == "__main__":
    for figure, value in painting_figures().items():
        print(f"{figure:<40} {value if isinstance(value, str) else f'{value:.2f}'}")
