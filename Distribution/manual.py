#!/usr/bin/env python3
"""Man pages from the program's own help: manual.py VERSION DATE FOLDER < help.json

`outage --experimental-dump-help` describes every command and option; each command becomes a page of section 1.
"""
import json
import pathlib
import re
import sys


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in text.split("\n"))


def spelled(name):
    return ("-" if name["kind"] == "short" else "--") + name["name"]


def entry(argument):
    """One option or argument with what it does."""
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        head = f"\\fI{escaped(value)}\\fR"
    else:
        head = ", ".join(f"\\fB{escaped(spelled(n))}\\fR" for n in argument["names"])
        if argument["kind"] == "option":
            head += f" \\fI{escaped(value)}\\fR"
    text = argument.get("abstract", "")
    if argument.get("allValues"):
        text += " One of " + ", ".join(argument["allValues"]) + "."
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += f" Default: {argument['defaultValue']}."
    return f".TP\n{head}\n{escaped(text.strip())}\n"


def paragraphs(text):
    """Lines that are commands stand by themselves; others are paragraphs."""
    out = ""
    for block in text.strip().split("\n\n"):
        if re.fullmatch(r"(outage .*\n?)+", block):
            out += ".PP\n.nf\n.RS\n" + escaped(block) + "\n.RE\n.fi\n"
        else:
            out += ".PP\n" + escaped(block) + "\n"
    return out


def synopsis(name, command):
    parts = [f"\\fB{escaped(name)}\\fR"]
    if command.get("subcommands"):
        parts.append("[\\fIcommand\\fR]")
    shown = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    if any(a["kind"] != "positional" for a in shown):
        parts.append("[\\fIoptions\\fR]")
    for a in shown:
        if a["kind"] == "positional":
            word = f"\\fI{escaped(a['valueName'])}\\fR" + (" ..." if a.get("isRepeating") else "")
            parts.append(f"[{word}]" if a.get("isOptional") else word)
    return " ".join(parts)


CODES = [
    (0, "everything holds"), (1, "something is violated"), (2, "unknown: a limit was reached"), (64, "wrong usage"),
    (65, "the script is wrong"), (66, "a file, or standard output, cannot be read or written"),
    (70, "a fault of the program"), (130, "Ctrl-C; 129, 131 and 143 for SIGHUP, SIGQUIT and SIGTERM"),
    (141, "nobody reads what is written"),
]


def page(name, command, version, date, others):
    title = name.replace(" ", "-")
    out = f'.TH {title.upper()} 1 {date} "outage {version}" "User Commands"\n'
    abstract = command.get("abstract", "").strip().rstrip(".")
    out += f".SH NAME\n{escaped(title)} \\- {escaped(abstract[:1].lower() + abstract[1:])}\n"
    out += f".SH SYNOPSIS\n{synopsis(name, command)}\n"
    if command.get("discussion") and not command.get("subcommands"):
        out += ".SH DESCRIPTION\n" + paragraphs(command["discussion"])
    elif command.get("subcommands"):
        out += ".SH DESCRIPTION\n.PP\noutage runs scripts of a small language for outages of distributed systems, and searches\n"
        out += "every order of their steps for one in which it goes wrong. Without a command it opens a prompt.\n"
        out += ".SH COMMANDS\n"
        for sub in command["subcommands"]:
            if sub["commandName"] != "help":
                out += f".TP\n\\fB{escaped(sub['commandName'])}\\fR\n{escaped(sub['abstract'])} See \\fBoutage\\-{escaped(sub['commandName'])}\\fR(1).\n"
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    for heading, positional in [("ARGUMENTS", True), ("OPTIONS", False)]:
        own = [a for a in arguments if (a["kind"] == "positional") == positional]
        if own:
            out += f".SH {heading}\n" + "".join(entry(a) for a in own)
    out += ".SH EXIT STATUS\n" + "".join(f".TP\n.B {code}\n{escaped(words)}\n" for code, words in CODES)
    out += ".SH SEE ALSO\n" + ", ".join(f"\\fB{escaped(o)}\\fR(1)" for o in others if o != title) + "\n"
    return out


def main():
    version, date, folder = sys.argv[1:]
    root = json.load(sys.stdin)["command"]
    commands = [("outage", root)]
    commands += [(f"outage {c['commandName']}", c) for c in root["subcommands"] if c["commandName"] != "help"]
    titles = [name.replace(" ", "-") for name, _ in commands]
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for name, command in commands:
        title = name.replace(" ", "-")
        pathlib.Path(folder, f"{title}.1").write_text(page(name, command, version, date, titles), encoding="utf-8")


main()
