from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chartgen import process
from chartgen.errors import ToolError


def python(code: str, **options) -> process.Result:
    return process.run([sys.executable, "-c", code], **{"timeout": 30, **options})


def test_what_it_says_and_how_it_ends():
    done = python(
        "import sys; print(sys.stdin.read(), end=''); print('é', file=sys.stderr); sys.exit(3)", stdin=b"in\0"
    )
    assert done == process.Result(b"in\0", "é\n", 3)


def test_much_in_and_much_out():
    data = os.urandom(5_000_000)
    assert python("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())", stdin=data).stdout == data


def test_nothing_to_read_unless_it_is_given():
    assert python("import sys; print(sys.stdin.read() == '')").stdout == b"True\n"


def test_arguments_are_never_a_shells(tmp_path):
    done = process.run([sys.executable, "-c", "import sys; print(sys.argv[1:])", "$HOME; touch x", "*"], timeout=30)
    assert done.stdout == b"['$HOME; touch x', '*']\n"


def test_it_runs_where_it_is_told(tmp_path):
    assert python("import os; print(os.getcwd())", directory=tmp_path).stdout.decode().strip() == str(tmp_path)


def test_the_environment_is_ours_without_helms_settings(monkeypatch):
    monkeypatch.setenv("HELM_NAMESPACE", "x")
    monkeypatch.setenv("HELM_DEBUG", "1")
    monkeypatch.setenv("HELMFILE_ENVIRONMENT", "prod")
    monkeypatch.setenv("HELM_CACHE_HOME", "/cache")
    monkeypatch.setenv("OURS", "1")
    code = "import os; print(sorted(n for n in os.environ if n.startswith(('HELM', 'OURS', 'MORE'))))"
    seen = python(code, environment={"MORE": "2", "HELM_DRIVER": "memory"}).stdout.decode()
    assert "HELM_NAMESPACE" not in seen
    assert "HELM_DEBUG" not in seen
    assert "HELMFILE_ENVIRONMENT" not in seen
    assert all(name in seen for name in ("HELM_CACHE_HOME", "HELM_DRIVER", "MORE", "OURS"))


@pytest.mark.parametrize(
    "name",
    ["CHARTGEN_PASSPHRASE", "CHARTGEN_REPOSITORY_PASSWORD", "CHARTGEN_REPOSITORY_TOKEN", "COSIGN_PASSWORD"],
)
def test_what_unlocks_keys_and_repositories_is_not_passed_on(monkeypatch, name):
    monkeypatch.setenv(name, "hunter22")
    assert b"hunter22" not in python("import os; print(dict(os.environ))").stdout


def test_a_program_that_is_not_installed(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolError) as caught:
        process.run(["helmfile", "list"], timeout=1)
    (problem,) = caught.value.problems
    assert problem.message == "helmfile is not installed"
    assert problem.hint.startswith("install helmfile (https://")
    assert process.find("helmfile") is None


def test_a_variable_that_names_no_program(monkeypatch, tmp_path):
    monkeypatch.setenv("CHARTGEN_KUBECTL", str(tmp_path))
    assert process.find("kubectl") is None
    with pytest.raises(ToolError, match=r"CHARTGEN_KUBECTL names .*, which is no program"):
        process.run(["kubectl"], timeout=1)


def test_a_variable_names_another_program(monkeypatch):
    monkeypatch.setenv("CHARTGEN_HELM", sys.executable)
    assert process.find("helm") == Path(sys.executable)
    assert process.run(["helm", "-c", "print(1)"], timeout=30).stdout == b"1\n"


def test_a_file_that_does_not_start(tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF nothing")
    broken.chmod(0o755)
    with pytest.raises(ToolError, match="cannot be started"):
        process.run([str(broken)], timeout=1)


# A program with a child of its own that neither heeds SIGTERM nor lets go of the pipes.
STUBBORN = """
import os, signal, sys, time
child = os.fork()
if not child:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1] + ('/parent' if child else '/child'), 'w').write(str(os.getpid()))
time.sleep(60)
"""


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    with pytest.raises(ToolError, match=r"took longer than 0\.7 seconds"):
        process.run([sys.executable, "-c", STUBBORN, str(tmp_path)], timeout=0.7)
    _assert_gone(tmp_path)


def test_another_thread_can_end_it(tmp_path):
    stop = process.Stop()
    threading.Timer(0.7, stop.set).start()
    with pytest.raises(ToolError, match="was stopped"):
        process.run([sys.executable, "-c", STUBBORN, str(tmp_path)], timeout=60, stop=stop)
    _assert_gone(tmp_path)
    with pytest.raises(ToolError, match="was stopped"):
        process.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=60, stop=stop)


def test_an_interrupt_ends_it(tmp_path):
    main = threading.main_thread().ident or 0
    threading.Timer(0.7, signal.pthread_kill, (main, signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        process.run([sys.executable, "-c", STUBBORN, str(tmp_path)], timeout=60)
    _assert_gone(tmp_path)


def _assert_gone(folder: Path) -> None:
    for name in ("parent", "child"):
        pid = int((folder / name).read_text())
        for _ in range(50):
            if not _runs(pid):
                break
            time.sleep(0.1)
        assert not _runs(pid), name


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def stream(code: str, *arguments: str, **options) -> tuple[int, list[str]]:
    told: list[str] = []
    command = [sys.executable, "-u", "-c", code, *arguments]
    return process.stream(command, told.append, **{"timeout": 30, **options}), told


def test_what_it_says_is_handed_on_line_by_line_messages_too():
    code = "import sys; print('one'); print('two', file=sys.stderr); print('three', end=''); sys.exit(4)"
    assert stream(code) == (4, ["one", "two", "three"])


def test_a_line_is_handed_on_while_the_program_runs(tmp_path):
    answer = tmp_path / "answer"
    os.mkfifo(answer)
    told: list[str] = []

    def hear(line: str) -> None:
        told.append(line)
        if line == "well?":
            answer.write_text("go on")

    assert process.stream(["sh", "-c", f"echo 'well?'; cat {answer}"], hear, timeout=30) == 0
    assert told == ["well?", "go on"]


def test_a_stream_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    with pytest.raises(ToolError, match=r"took longer than 0\.7 seconds"):
        stream(STUBBORN, str(tmp_path), timeout=0.7, grace=0.2)
    _assert_gone(tmp_path)


# A program that needs a moment to put things in order.
ORDERLY = """
import signal, sys, time
def order(*_):
    print('putting in order')
    time.sleep(0.3)
    print('in order')
    sys.exit(1)
signal.signal(signal.SIGTERM, order)
print('ready')
time.sleep(60)
"""


def test_an_interrupted_stream_ends_in_order_and_says_so():
    told: list[str] = []
    main = threading.main_thread().ident or 0

    def hear(line: str) -> None:
        told.append(line)
        if line == "ready":
            signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        process.stream([sys.executable, "-u", "-c", ORDERLY], hear, timeout=60, grace=30)
    assert told == ["ready", "putting in order", "in order"]


def test_a_second_interrupt_ends_it_at_once(tmp_path):
    told: list[str] = []
    main = threading.main_thread().ident or 0

    def hear(line: str) -> None:
        told.append(line)
        signal.pthread_kill(main, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        process.stream([sys.executable, "-u", "-c", ORDERLY], hear, timeout=60, grace=30)
    assert told == ["ready", "putting in order"]


# A program that is killed by another that it started, which works on: with the same output, or one of its own.
KILLED = """
import os, subprocess, sys, time
code = 'import os, signal; open(' + repr(sys.argv[1] + '/child') + ', "w").write(str(os.getpid()));' + sys.argv[2]
open(sys.argv[1] + '/parent', 'w').write(str(os.getpid()))
subprocess.Popen([sys.executable, '-u', '-c', code], stdout=None if sys.argv[3] == 'same' else subprocess.DEVNULL)
time.sleep(60)
"""
KILL = "os.kill(os.getppid(), signal.SIGKILL)"


@pytest.mark.parametrize("output", ["same", "own"])
def test_a_program_that_crashes_leaves_nothing_behind(tmp_path, output):
    left = f"import time; {KILL}; time.sleep(60)"
    assert stream(KILLED, str(tmp_path), left, output, grace=10) == (-signal.SIGKILL, [])
    _assert_gone(tmp_path)


def test_what_a_crash_leaves_behind_may_put_things_in_order(tmp_path):
    left = ORDERLY.replace("print('ready')", KILL)
    code, told = stream(KILLED, str(tmp_path), left, "same", grace=30)
    assert (code, told) == (-signal.SIGKILL, ["putting in order", "in order"])


SERVER = """
import os, sys, time
open(sys.argv[1], 'w').write(str(os.getpid()))
print('serving on 1')
time.sleep(60)
"""


def test_a_server_runs_while_the_block_does(tmp_path):
    pid = tmp_path / "parent"
    with process.serving([sys.executable, "-u", "-c", SERVER, str(pid)], "serving", timeout=30):
        assert _runs(int(pid.read_text()))
        (tmp_path / "child").write_text(pid.read_text())
    _assert_gone(tmp_path)


def test_a_server_that_says_much_is_heard_to_its_last_words():
    """More than a pipe holds."""
    code = "print('serving'); [print(number, 'x' * 1000) for number in range(500)]; print('done', flush=True)"
    with process.serving([sys.executable, "-c", code], "serving", timeout=30) as words:
        end = time.monotonic() + 30
        while "done" not in words and time.monotonic() < end:
            time.sleep(0.01)
        assert words[-1] == "done"
        assert len(words) == 20


def test_a_server_ends_with_us_even_where_we_are_killed(tmp_path):
    pid = tmp_path / "parent"
    code = (
        "import sys, time; from chartgen import process\n"
        f"with process.serving([sys.executable, '-u', '-c', {SERVER!r}, {str(pid)!r}], 'serving', timeout=30):\n"
        "    print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        owner.kill()
    (tmp_path / "child").write_text(pid.read_text())
    _assert_gone(tmp_path)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit('error: no such context')", "cannot serve: no such context"),
        ("pass", "cannot serve: it ended without a word"),
        ("import time; print('not yet', flush=True); time.sleep(60)", "cannot serve: not yet"),
    ],
)
def test_a_server_that_does_not_come_up(code, reason):
    with (
        pytest.raises(ToolError, match=reason),
        process.serving([sys.executable, "-c", code], "serving", timeout=0.7),
    ):
        pytest.fail("it serves")
