"""Options are checked before anything is started."""

from typing import Any

import pytest

from captioner.streaming import ConfigurationError, StreamingOptions


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("encoding", "opus"),
        ("sample_rate", 7999),
        ("channels", 0),
        ("event_buffer", 1),
        ("backlog_seconds", float("nan")),
        ("overflow", "panic"),
    ],
)
def test_an_impossible_value_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=field):
        StreamingOptions(**{field: value})


def test_the_defaults_fit_a_meeting() -> None:
    options = StreamingOptions()

    assert (options.sample_rate, options.channels, options.interim_results) == (16_000, 1, True)
