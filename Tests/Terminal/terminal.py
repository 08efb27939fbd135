#!/usr/bin/env python3
"""Drives the prompt through a pseudo-terminal: terminal.py PROGRAM CASE. A case that fails says what the terminal showed."""
import os
import re
import signal
import sys
import tempfile
import time

import pexpect

PROGRAM = sys.argv[1]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LEASES = os.path.join(ROOT, "docs/repl/leases.outage")
RACE = os.path.join(ROOT, "docs/repl/race.outage")


def start(home, *args, columns=100, term="xterm", expect="> $"):
    env = dict(os.environ, HOME=home, TERM=term, LC_ALL="C.UTF-8")
    env.pop("INPUTRC", None)
    # A runner of tests may hold back Ctrl-C, and children inherit that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    child = pexpect.spawn(PROGRAM, ["repl", *args], env=env, dimensions=(24, columns), encoding="utf-8", timeout=60)
    child.expect(expect)
    return child


def ask(child, line, answer):
    child.sendline(line)
    child.expect(answer)
    child.expect("> $")


def shown(child):
    """Lines before the prompt, as a person sees them."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", child.before).split("\n")


def leave(child):
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.exitstatus


def completion(home):
    child = start(home, LEASES)
    child.send(":me\t")
    child.expect("asures")
    child.send("\n")
    child.expect("capacity")
    child.expect("> $")
    child.send("dwfm.queue.le\t")
    child.expect("ngth")
    child.send("\n")
    child.expect(r"\d")
    child.expect("> $")
    child.send("dro\t\t\t")  # drop, then what begins with it
    child.expect("droplet")
    child.send("\x03")
    child.expect("> $")
    child.send(":load %s/docs/repl/ra\t" % ROOT)
    child.expect("race.outage")
    child.send("\n")
    child.expect("23:40:00 main> $")
    leave(child)


def busy(home):
    """A script whose run takes long on any machine."""
    path = os.path.join(home, "slow.outage")
    with open(path, "w") as file:
        file.write('scenario "busy"\nclock 10:00 for 200h tick 1s\n')
        file.write("service s[4] { servers 50; work exp(20ms) }\nload l rate 2000/s { call s }\n")
    return path


def interrupt(home):
    child = start(home, busy(home))
    child.sendline(":run")
    child.expect("events")  # progress
    child.send("\x03")
    child.expect("interrupted")
    child.expect("> $")
    ask(child, "l.ok > 0", "true")
    child.send("1 + ")
    child.send("\x03")
    child.expect(r"\^C")
    child.expect("> $")
    child.send("\x03")
    child.expect("Ctrl-D")
    child.expect("> $")
    ask(child, "20 + 3", "23")
    leave(child)


def everywhere(home):
    """Ctrl-C ends whatever takes long, at once or after the second that a tick is given, and the session goes on."""
    busy = os.path.join(home, "busy.outage")
    with open(busy, "w") as file:
        file.write('scenario "busy"\nclock 10:00 for 200h tick 1s\n')
        file.write("service s[4] { servers 500; work exp(20ms) }\nload l rate 4000/s { call s }\n")
        file.write("var n[40] = 0; var y = 0\nprocess p[40] { loop { wait 1s; n[index] = n[index] + 1 } }\n")
        file.write('never "many" { sum(n[*]) == 777 }\n')
    child = start(home, busy)
    lines = [
        ":trace 99999999", ":plot y + 1", ":event 99999999", ":explore --max-states 99999999",
        ":reload", ":seed 3", ":back until y == 7", ":goto 40h",
    ]  # fmt: skip
    for line in lines:
        ask(child, ":goto 10:30", "tick 1800")
        child.sendline(line)
        time.sleep(0.6)
        begun = time.monotonic()
        child.send("\x03")
        child.expect("interrupted")
        child.expect("main> $")
        spent = time.monotonic() - begun
        print("%s: %.2f s" % (line, spent))
        assert spent < 5, spent
        ask(child, "20 + 3", "23")
    # A tick that does not end is left after a second.
    ask(child, "process q { loop { wait 1ns; y = y + 1 } }", "")
    for line in (":run", ":break y == 77777777777", ":run", ":event 99999999"):
        child.sendline(line)
        if "break" not in line:
            time.sleep(0.6)
            child.send("\x03")
            child.expect("interrupted")
        child.expect("main> $")
    ask(child, "y < 99999999", "true")
    leave(child)


def load(home):
    """Ctrl-C ends a load that waits for the rest of its file, and the session goes on."""
    slow = os.path.join(home, "slow.outage")
    os.mkfifo(slow)
    child = start(home, RACE)
    ask(child, ":step 90", "tick 90")
    for half in ("", 'scenario "half"\n'):
        child.sendline(":load " + slow)
        child.expect("slow.outage")
        if half:
            writer = os.open(slow, os.O_WRONLY)
            os.write(writer, half.encode())
        time.sleep(0.3)
        child.send("\x03")
        child.expect("interrupted")
        child.expect("23:41:30 main> $")
        ask(child, "20 + 3", "23")
        if half:
            os.close(writer)
    ask(child, ":step", "tick 91")
    leave(child)


def continuation(home):
    child = start(home)
    child.sendline("process p {")
    child.expect(r"\.\.\.  $")
    child.sendline("  loop { wait 1s }")
    child.expect(r"\.\.\.  $")
    child.sendline("}")
    child.expect("> $")
    ask(child, ":show", "process")
    child.sendline("process q {")
    child.expect(r"\.\.\.  $")
    child.send("\x03")
    child.expect("> $")
    ask(child, "p.up", "true")
    leave(child)


def history(home):
    child = start(home, RACE)
    ask(child, "40 + 2", "42")
    child.kill(signal.SIGKILL)
    child.close()
    child = start(home, RACE)
    child.send("\x1b[A")
    child.expect(r"40 \+ 2")
    child.send("\n")
    child.expect("42")
    child.expect("> $")
    ask(child, ":step", "tick 1")
    child.send("\x12" + "40")
    child.expect(r"0 \+ 2")  # what matches is shown in reverse
    child.send("\r")
    child.expect("42")
    child.expect("> $")
    mode = os.stat(os.path.join(home, ".outage_history")).st_mode & 0o777
    assert mode == 0o600, oct(mode)
    leave(child)


def paste(home):
    child = start(home)
    child.sendline("process p {")
    child.expect(r"\.\.\.  $")
    child.sendline("  wait 7s")
    child.expect(r"\.\.\.  $")
    child.sendline("}")
    child.expect("> $")
    child.send("\x1b[200~var k = 1\nvar m = 2\n:step 2\x1b[201~\n")
    child.expect("tick 2")
    child.expect("> $")
    ask(child, "k + m + 30", "33")
    child.kill(signal.SIGKILL)
    child.close()
    child = start(home)
    child.send("\x1b[A\x1b[A\n")  # what was pasted is one entry
    child.expect("tick 2")
    child.expect("> $")
    child.send("\x1b[A" * 4 + "\n")  # and so are the lines of the process
    child.expect("> $")
    ask(child, "p.up", "true")
    leave(child)


def back(home):
    """At full size, by processor time: a busy machine does not count. The bounds are those of docs/repl/back.md."""
    child = start(home, os.path.join(ROOT, "Scripts/us-east-1.outage"))
    child.timeout = 600

    def seconds():
        with open("/proc/%d/stat" % child.pid) as file:
            fields = file.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    for time in ("02:25", "05:00"):
        ask(child, ":goto " + time, "tick")
        for line in [":back"] * 5 + [":step", ":back 3"]:
            begun = seconds()
            ask(child, line, "tick")
            spent = seconds() - begun
            print("%s from %s: %.3f s" % (line, time, spent))
            assert spent <= 0.2, spent
    with open("/proc/%d/status" % child.pid) as file:
        most = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) >> 10
    print("%d MiB at most" % most)
    assert most < 1536, most
    leave(child)


def narrow(home):
    child = start(home, LEASES, columns=40)
    child.sendline(":goto 02:20")
    child.expect("tick 120")
    child.expect("> $")
    child.sendline(":plot droplet.active")
    child.expect("> $")
    lines = shown(child)
    assert any("█" in line for line in lines), lines
    assert all(len(line) <= 40 for line in lines), lines
    child.sendline(":show")
    child.expect("> $")
    assert all(len(line) <= 40 for line in shown(child)), child.before
    child.sendline(":goto 02:40")
    child.expect("tick 240")
    child.expect("> $")
    child.sendline(":properties")
    child.expect("> $")
    lines = shown(child)
    assert all(len(line) <= 40 for line in lines), lines
    assert any("viol" in line for line in lines), lines  # a long name leaves room for the verdict
    leave(child)


def prompt(home):
    child = start(home, RACE)
    child.sendline(":goto 23:45")
    child.expect("23:45:00 main> $")
    child.sendline(":fork other")
    child.expect("> $")
    child.sendline(":switch other")
    child.expect("23:45:00 other> $")
    ask(child, "nothing_such", "E0301")
    ask(child, ":stp", "did you mean :step")
    leave(child)


def plain(home):
    child = start(home, RACE, term="dumb")
    ask(child, "1 + 1", "2")
    ask(child, ":step", "tick 1")
    leave(child)


def given(home):
    """A file of lines that fails leaves its error and a prompt; only :quit leaves."""
    lines = os.path.join(home, "lines.repl")
    for text, shown in (
        (":goto 23:41\n:stp\n:step\n", "did you mean :step.*ended at line 2"),
        (":goto 23:41\nvar x = 3 +\n", "E0201"),
        (":goto 23:41\n:assert 1 == 2\n", "ended at line 2"),
    ):
        with open(lines, "w") as file:
            file.write(text)
        child = start(home, RACE, "-i", lines)
        assert re.search(shown, child.before, re.S), child.before
        ask(child, ":step", "23:41:01  tick 61")
        leave(child)
    child = start(home, RACE, "-i", os.path.join(home, "nothing.repl"))
    assert "No such file" in child.before, child.before
    leave(child)
    with open(lines, "w") as file:
        file.write(":run\n")
    child = start(home, busy(home), "-i", lines, expect="events")
    child.send("\x03")
    child.expect("interrupted")
    child.expect("> $")
    ask(child, "1 + 1", "2")
    leave(child)
    with open(lines, "w") as file:
        file.write("1 + 1\n:quit\n1 / 0\n")
    child = start(home, "-i", lines, expect=pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, child.exitstatus


def profile(home):
    with open(os.path.join(home, ".outagerc"), "w") as file:
        file.write("# mine\n:mode json\n")
    child = start(home, RACE)
    ask(child, "1 + 1", r'"value":2')
    leave(child)


def quit(home):
    """Ctrl-\\ ends the program plainly: no stack, no countdown, and the terminal as it was."""
    for line in ("", "1 + ", ":run\n"):
        child = start(home, busy(home))
        begun = time.monotonic()
        child.send(line)
        time.sleep(0.3)
        child.send("\x1c")
        child.expect(pexpect.EOF)
        child.close()
        assert time.monotonic() - begun < 3
        assert child.exitstatus == 131, (child.exitstatus, child.signalstatus)
        assert "acktrace" not in child.before and "Crash" not in child.before, child.before


def signals(home):
    """SIGTERM and SIGHUP end a session, whatever it does."""
    for number, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        for line in ("", "1 + ", ":run\n", ":back until l.ok == 77\n"):
            child = start(home, busy(home))
            if line.startswith(":back"):
                ask(child, ":goto 10:30", "tick 1800")
            child.send(line)
            time.sleep(0.3)
            begun = time.monotonic()
            child.kill(number)
            child.expect(pexpect.EOF)
            child.close()
            assert time.monotonic() - begun < 2, line
            assert child.exitstatus == status, (line, child.exitstatus, child.signalstatus)


def limited(home):
    """A time that is up ends a session at a terminal, too: idle, and in the midst of a move."""
    for line, term in (("", "xterm"), ("", "dumb"), (":run\n", "xterm")):
        begun = time.monotonic()
        child = start(home, busy(home), "--max-time", "1s", term=term)
        child.send(line)
        child.expect("limit of wall-clock time")
        child.expect(pexpect.EOF)
        child.close()
        assert 0.9 < time.monotonic() - begun < 4, line
        assert child.exitstatus == 2, (child.exitstatus, child.signalstatus)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        try:
            globals()[sys.argv[2]](folder)
        except (pexpect.ExceptionPexpect, AssertionError) as error:
            print(error)
            sys.exit(1)
