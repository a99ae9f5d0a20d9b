"""What stands at a moment."""

from captioner.meeting.listener import Notice
from captioner.meeting.notices import Notices

LOST = Notice("lost:microphone", "The sound device was unplugged", "Connect it again.")
FULL = Notice("disk", "The disk is full", "Free some space.")


def _told() -> tuple[list[list[str]], Notices]:
    told: list[list[str]] = []
    return told, Notices(lambda notices: told.append([notice.title for notice in notices]))


def test_notices_stand_in_the_order_in_which_they_came_up_until_they_are_forgotten() -> None:
    told, notices = _told()

    notices.note(LOST)
    notices.note(FULL)
    notices.forget("lost:microphone")

    assert told == [[LOST.title], [LOST.title, FULL.title], [FULL.title]]


def test_what_is_known_is_not_told_again() -> None:
    told, notices = _told()

    notices.note(LOST)
    notices.note(Notice(*(LOST.code, LOST.title, LOST.body)))
    notices.forget("disk", "behind")

    assert told == [[LOST.title]]


def test_another_notice_of_the_same_code_takes_its_place() -> None:
    told, notices = _told()

    notices.note(LOST)
    notices.note(FULL)
    notices.note(Notice(LOST.code, "The sound server stopped", ""))

    assert told[-1] == ["The sound server stopped", FULL.title]
