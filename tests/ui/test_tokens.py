import pytest

from captioner.settings.contrast import contrast
from captioner.ui.tokens import CAPTION_BOX, CAPTION_BOX_OPACITY, CAPTION_TAIL, DARK, LIGHT, Tokens

GROUNDS = ("window", "surface", "raised", "sunken", "hover")
NEEDED = {"text": 7, "text2": 7, "text3": 4.5, "control": 3, "accent_text": 4.5, "focus": 4.5}
STATES = ("warn", "info", "good", "error", "idle", "held")
PAIRS = (
    ("on_accent", "accent", 4.5),
    ("on_accent", "accent_hover", 4.5),
    ("hit_text", "hit", 4.5),
    ("on_hit_now", "hit_now", 4.5),
    ("accent_text", "accent_bg", 4.5),
    ("text", "accent_bg", 7),
    ("text3", "accent_bg", 4.5),
    ("text", "warn_bg", 7),
    ("text2", "warn_bg", 4.5),
    ("warn", "warn_bg", 4.5),
    ("text", "error_bg", 7),
    ("text2", "error_bg", 4.5),
    ("error", "error_bg", 4.5),
    ("text", "info_bg", 7),
    ("text2", "info_bg", 4.5),
    ("info", "info_bg", 4.5),
    ("good", "good_bg", 4.5),
    ("text", "good_bg", 7),
    ("text2", "good_bg", 4.5),
    ("good", "accent_bg", 4.5),
    ("warn", "accent_bg", 4.5),
    ("error", "accent_bg", 4.5),
    ("idle", "idle_bg", 4.5),
    ("held", "held_bg", 4.5),
    ("text", "held_bg", 7),
    ("text2", "held_bg", 4.5),
)
both = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)


@both
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("role", NEEDED)
def test_words_and_edges_stand_out_from_every_ground(tokens: Tokens, role: str, ground: str):
    assert contrast(getattr(tokens, role), getattr(tokens, ground)) >= NEEDED[role]


@both
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("state", STATES)
def test_the_word_of_every_state_stands_out_where_states_and_seams_stand(
    tokens: Tokens, state: str, ground: str
):
    assert contrast(getattr(tokens, state), getattr(tokens, ground)) >= 4.5


@both
@pytest.mark.parametrize(("ink", "ground", "needed"), PAIRS)
def test_words_stand_out_from_their_own_tint(tokens: Tokens, ink: str, ground: str, needed: float):
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= needed


@pytest.mark.parametrize("colour", ["#FFFFFF", CAPTION_TAIL, *DARK.speakers])
def test_captions_can_be_read_over_a_white_slide(colour: str):
    box = [int(CAPTION_BOX[place : place + 2], 16) for place in (1, 3, 5)]
    seen = [round(part * CAPTION_BOX_OPACITY + 255 * (1 - CAPTION_BOX_OPACITY)) for part in box]

    assert contrast(colour, "#" + "".join(f"{part:02X}" for part in seen)) >= 4.5
