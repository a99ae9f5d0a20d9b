from typing import get_args

from captioner.ui.desktop.session import Session
from captioner.ui.desktop.shortcuts import KEYS, WHY_NOT


def test_where_keys_cannot_be_had_it_is_said_why():
    assert set(get_args(Session)) - set(WHY_NOT) == {"x11", "windows"}


def test_each_does_one_thing():
    assert len(set(KEYS.values())) == len(KEYS)
