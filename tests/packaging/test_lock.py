"""The locks: whole, the same for both, and free of the machine that made them."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
LOCKS = ("app.txt", "dev.txt")


def entries(lock: str) -> Iterator[tuple[Requirement, int]]:
    """Each requirement of a lock with the number of its hashes."""
    text = (PACKAGING / lock).read_text().replace("\\\n", " ")
    for line in text.splitlines():
        requirement, *hashes = line.split(" --hash=")
        if requirement.strip():
            yield Requirement(requirement), len(hashes)


def versions(lock: str, python: str) -> dict[str, Version]:
    """What the lock installs on Linux under that Python, by name."""
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.5",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    return {
        requirement.name: Version(str(requirement.specifier).removeprefix("=="))
        for requirement, _ in entries(lock)
        if requirement.marker is None or requirement.marker.evaluate(machine)
    }


def wanted(text: str) -> set[str]:
    return {line for line in text.splitlines() if line and not line.startswith(("#", "-"))}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_one_version_and_has_its_hashes(lock: str) -> None:
    for requirement, hashes in entries(lock):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes >= 1, requirement


@pytest.mark.parametrize("file", sorted(path.name for path in PACKAGING.iterdir() if path.suffix != ".md"))
def test_no_address_of_an_index_is_written_down(file: str) -> None:
    text = (PACKAGING / file).read_text()

    assert [word for word in ("http", "index-url", "find-links") if word in text] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_qt_stays_below_6_12_on_python_3_11(lock: str) -> None:
    assert versions(lock, "3.11")["pyside6-essentials"] < Version("6.12")


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_the_tools_lock_installs_what_the_program_is_locked_to(python: str) -> None:
    app, dev = versions("app.txt", python), versions("dev.txt", python)

    assert app.items() <= dev.items()


def test_what_the_project_asks_for_is_what_the_lock_was_made_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = wanted((PACKAGING / "app.in").read_text())

    assert set(project["dependencies"]) <= asked


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("name", ["app", "dev"])
def test_the_lock_answers_all_that_was_asked_for(name: str, python: str) -> None:
    locked = versions(f"{name}.txt", python)

    for line in wanted((PACKAGING / f"{name}.in").read_text()):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(
            {"python_version": python, "sys_platform": "linux", "platform_machine": "x86_64"}
        ):
            assert locked[requirement.name.lower()] in requirement.specifier, line
