"""run.sh and test.sh on machines that are made of stubs: what they ask for, install, and hand on."""

import os
import runpy
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"
# What every Debian has; anything else the scripts need must be found missing, or be a stub of ours.
TOOLS = (
    "sh awk basename cat chmod cksum cp cut df dirname du env find flock grep head mkdir rm sed sleep sort "
    "tail tr true uname"
)
LACKING = "libEGL.so.1 libegl1\nlibglib-2.0.so.0 libglib2.0-0t64 libglib2.0-0\nvenv python3.11-venv\n"
INSTALL = "apt-get install --yes --no-install-recommends libegl1 libglib2.0-0 python3.11-venv"

# One Python for the machine and for .venv. Its arguments say what is asked, files in $STATE what to answer.
PYTHON = """\
#!/bin/sh
echo "python $*" >>"$STATE/calls"
case "$*" in
*version_info*) [ ! -e "$STATE/old" ] || exit 1; echo "$0" ;;
*CS_GNU_LIBC_VERSION*) ;;
*missing.py*) cat "$STATE/lacking" ;;
--version) if [ -e "$STATE/old" ]; then echo "Python 3.9.2"; else echo "Python 3.11.2"; fi ;;
*"-m venv"*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    cp "$0" "$folder/bin/python" ;;
*"-m pytest"*) echo "1 passed" ;;
*"-m pip"*)
    if [ -e "$STATE/pip_says" ]; then cat "$STATE/pip_says" >&2; exit 1; fi
    folder=$(dirname "$0")
    printf '#!/bin/sh\\nfor word; do echo "<$word>"; done\\n' >"$folder/captioner"
    chmod +x "$folder/captioner" ;;
esac
"""
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>"$STATE/calls"
case "$*" in *install*) : >"$STATE/lacking" ;; esac
"""
SUDO = """\
#!/bin/sh
echo "sudo $*" >>"$STATE/calls"
[ ! -e "$STATE/sudo_refuses" ] || exit 1
[ "$1" != -n ] || shift
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A project and a PATH in a folder of their own."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "the project"

    def command(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def state(self, name: str, text: str = "") -> None:
        (self.folder / "state" / name).write_text(text)

    def calls(self, program: str) -> list[str]:
        lines = (self.folder / "state" / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(program)]

    def run(
        self, *arguments: str, script: str = "run.sh", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        path, state, home = (str(self.folder / name) for name in ("bin", "state", "home"))
        return subprocess.run(
            [path + "/sh", str(self.project / "packaging" / script), *arguments],
            env={"PATH": path, "STATE": state, "HOME": home, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian where somebody without rights has Python 3.11, and lacks no system package."""
    machine = Machine(tmp_path)
    for folder in ("bin", "state", "home", "the project"):
        (tmp_path / folder).mkdir()
    shutil.copytree(PACKAGING, machine.project / "packaging")
    shutil.copy(ROOT / "pyproject.toml", machine.project)
    for tool in TOOLS.split():
        if found := shutil.which(tool):
            (tmp_path / "bin" / tool).symlink_to(found)
    machine.command("python3", PYTHON)
    machine.command("apt-get", APT_GET)
    machine.command("apt-cache", '#!/bin/sh\n[ "$2" = libegl1 ]\n')
    machine.command("id", "#!/bin/sh\necho 1000\n")
    machine.state("lacking")
    return machine


def as_root(machine: Machine) -> None:
    machine.command("id", "#!/bin/sh\necho 0\n")


def tools(machine: Machine, ruff: str = "exit 0") -> None:
    """What test.sh calls, and something to look at."""
    machine.command("ruff", f"#!/bin/sh\n{ruff}\n")
    machine.command("pyright", "#!/bin/sh\n")
    machine.command("lint-imports", "#!/bin/sh\n")
    (machine.project / "captioner/ui").mkdir(parents=True)
    for file in ("__init__.py", "ui/__init__.py", "ui/overlay.py"):
        (machine.project / "captioner" / file).touch()


def test_without_rights_the_exact_line_is_shown(machine: Machine) -> None:
    machine.state("lacking", LACKING)

    done = machine.run("demo")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].strip() == f"apt-get update && {INSTALL}"
    assert not (machine.project / ".venv").exists()


def test_when_sudo_wants_a_password_and_nobody_can_type_it_the_line_has_sudo(machine: Machine) -> None:
    machine.state("lacking", LACKING)
    machine.state("sudo_refuses")
    machine.command("sudo", SUDO)

    done = machine.run("--yes", "demo")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].strip() == f"sudo apt-get update && sudo {INSTALL}"


def test_on_another_distribution_the_line_is_for_its_own_tool(machine: Machine) -> None:
    machine.state("lacking", "libEGL.so.1 libegl1\nparec pulseaudio-utils\n")
    (machine.folder / "bin/apt-get").unlink()
    machine.command("dnf", "#!/bin/sh\n")

    done = machine.run("demo")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].strip() == "dnf install 'libEGL.so.1()(64bit)' /usr/bin/parec"


def test_on_an_unknown_distribution_the_packages_are_named(machine: Machine) -> None:
    machine.state("lacking", LACKING)
    (machine.folder / "bin/apt-get").unlink()

    done = machine.run("demo")

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].strip() == "apt-get install libegl1 libglib2.0-0 python3.11-venv"


def test_root_installs_what_is_missing_after_one_update(machine: Machine) -> None:
    machine.state("lacking", LACKING)
    as_root(machine)

    done = machine.run("demo")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "<demo>\n"
    update, install = machine.calls("apt-get")
    assert update.endswith("update")
    assert install.endswith("libegl1 libglib2.0-0 python3.11-venv")
    assert "--no-install-recommends" in install


def test_sudo_is_used_where_it_needs_no_password(machine: Machine) -> None:
    machine.state("lacking", LACKING)
    machine.command("sudo", SUDO)

    done = machine.run("demo")

    assert done.returncode == 0, done.stderr
    assert len(machine.calls("apt-get")) == 2
    assert all(call.startswith("sudo -n") for call in machine.calls("sudo"))


def test_a_python_that_is_too_old_is_named(machine: Machine) -> None:
    machine.state("old")

    done = machine.run("demo")

    assert done.returncode == 2
    assert "Python 3.11, 3.12 or 3.13, and found Python 3.9.2" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_python_at_all_is_said(machine: Machine) -> None:
    (machine.folder / "bin/python3").unlink()

    done = machine.run("demo")

    assert done.returncode == 2
    assert "found no Python" in done.stderr


def test_the_second_run_installs_nothing(machine: Machine) -> None:
    machine.run("demo")
    installs = machine.calls("python -m pip")

    done = machine.run("demo")

    assert (done.returncode, done.stdout, done.stderr) == (0, "<demo>\n", "")
    assert len(installs) == 2
    assert machine.calls("python -m pip") == installs


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(machine: Machine) -> None:
    machine.run("demo")
    with (machine.project / "packaging/app.txt").open("a") as lock:
        lock.write("# changed\n")

    machine.run("demo")

    assert len(machine.calls("python -m pip")) == 4
    assert len(machine.calls("python -m venv")) == 1


def test_a_half_made_environment_is_made_anew(machine: Machine) -> None:
    machine.run("demo")
    (machine.project / ".venv/app.stamp").unlink()
    (machine.project / ".venv/half").touch()

    done = machine.run("demo")

    assert done.returncode == 0
    assert not (machine.project / ".venv/half").exists()


def test_an_environment_that_was_moved_is_made_anew(machine: Machine) -> None:
    machine.run("demo")
    machine.project.rename(machine.folder / "moved")
    machine.project.symlink_to(machine.folder / "moved")

    machine.run("demo")

    assert len(machine.calls("python -m venv")) == 2


@pytest.mark.parametrize(
    ("pip_says", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "cannot reach the network"),
        ("SSLError: CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM", "arrived changed"),
    ],
)
def test_a_failed_download_is_one_line_and_leaves_no_half_environment(
    machine: Machine, pip_says: str, told: str
) -> None:
    machine.state("pip_says", pip_says)

    done = machine.run("demo")

    assert done.returncode == 2
    assert told in done.stderr.splitlines()[-1]
    assert pip_says not in done.stderr
    assert not (machine.project / ".venv").exists()


def test_an_unknown_failure_shows_its_last_words(machine: Machine) -> None:
    machine.state("pip_says", "it is Tuesday\n")

    done = machine.run("demo")

    assert done.returncode == 2
    assert "it is Tuesday" in done.stderr


def test_every_word_reaches_the_program_as_it_was(machine: Machine) -> None:
    done = machine.run("listen", "--file", "a  b.wav", "it's", '"$HOME" *', "", "--yes")

    assert done.stdout.splitlines() == [
        "<listen>", "<--file>", "<a  b.wav>", "<it's>", '<"$HOME" *>', "<>", "<--yes>",
    ]  # fmt: skip


def test_without_a_verb_the_display_decides(machine: Machine) -> None:
    assert machine.run().stdout == "<demo>\n"
    assert machine.run("--yes").stdout == "<demo>\n"
    assert machine.run(DISPLAY=":1").stdout == ""
    assert machine.run(WAYLAND_DISPLAY="wayland-0").stdout == ""


def test_the_tools_come_into_the_same_environment_which_then_serves_both(machine: Machine) -> None:
    tools(machine)
    machine.run("demo")

    checked = machine.run(script="test.sh")
    machine.run("demo")
    machine.run(script="test.sh")

    assert checked.returncode == 0, checked.stderr
    assert len(machine.calls("python -m venv")) == 1
    assert [call.split("packaging/")[-1] for call in machine.calls("python -m pip") if "hashes" in call] == [
        "app.txt",
        "dev.txt",
    ]


def test_a_failed_check_does_not_stop_the_others_and_fails_the_whole(machine: Machine) -> None:
    tools(machine, ruff="exit 1")

    done = machine.run("-k", "two words", script="test.sh")

    assert done.returncode == 1
    assert "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "failed: ruff format, ruff"
    assert machine.calls("python -m pytest")[0].endswith("-k two words")


def test_when_all_is_well_the_last_line_is_the_summary_of_pytest(machine: Machine) -> None:
    tools(machine)

    assert machine.run(script="test.sh").stdout.splitlines()[-1] == "1 passed"


def test_a_folder_that_import_linter_cannot_see_fails_the_checks(machine: Machine) -> None:
    tools(machine)
    (machine.project / "captioner/ui/__init__.py").unlink()

    done = machine.run(script="test.sh")

    assert done.returncode == 1
    assert "captioner/ui has no __init__.py" in done.stdout


def test_nothing_is_written_outside_the_project(machine: Machine) -> None:
    machine.run("demo")

    assert list((machine.folder / "home").iterdir()) == []
    made = {path.name for path in machine.project.iterdir()} - {"packaging", "pyproject.toml"}
    assert made == {".venv", ".cache"}


def test_what_is_missing_is_found_by_trying_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    script = runpy.run_path(str(PACKAGING / "missing.py"))
    script["LIBRARIES"]["libno-such-thing.so.9"] = "libno-such-thing9"

    lacking = dict(script["missing"]("test"))

    assert lacking["libno-such-thing.so.9"] == "libno-such-thing9"
    assert {"parec", "Xvfb", "xdotool", "pulseaudio", "pipewire-pulse"} <= lacking.keys()
    assert lacking["wireplumber"] == "wireplumber"
    assert not {"Xvfb", "pipewire"} & dict(script["missing"]("run")).keys()


@pytest.mark.parametrize("script", ["run.sh", "test.sh", "setup.sh", "lock.sh"])
def test_the_scripts_are_read_by_a_plain_shell(script: str) -> None:
    done = subprocess.run(["sh", "-n", str(PACKAGING / script)], capture_output=True, text=True, check=False)

    assert done.stderr == ""


def test_continuous_integration_can_start_its_script() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
