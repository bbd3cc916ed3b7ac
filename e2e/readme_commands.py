"""The commands of the README, or of a guide, as written there: each with its section, in their order."""

import re
import shlex

RUN_AS_SHELL = ("bash", "console", "sh", "shell")
FENCE = re.compile(r"^```(\S*)")


class Command:
    """One command; `text` is what a reader would paste."""

    def __init__(self, section, text):
        self.section, self.text = section, text
        self.words = shlex.split(text.replace("\\\n", " "), comments=True)
        # of a proxy: what is said of it, by language, until the next one
        self.samples = {}

    @property
    def name(self):
        return " ".join(self.words[:2])

    @property
    def line(self):
        """In one line."""
        return " ".join(self.text.replace("\\\n", " ").split())

    def value(self, option, default):
        """Of an option of ours, given as one word or as two."""
        for at, word in enumerate(self.words):
            if word == option:
                return self.words[at + 1]
            if word.startswith(option + "="):
                return word[len(option) + 1:]
        return default


class Readme:
    """Commands; each proxy with the samples of its output that follow it in its section."""

    def __init__(self, text):
        self.commands = []
        section, language, block = "", None, []
        for line in text.splitlines():
            fence = FENCE.match(line)
            if fence and language is None:
                language, block = fence[1] or "none", []
            elif fence:
                self._take(section, language, block)
                language = None
            elif language is not None:
                block.append(line)
            elif line.startswith("## "):
                section = line[3:]

    def _take(self, section, language, block):
        if language not in RUN_AS_SHELL:
            proxy = next((each for each in reversed(self.commands) if each.name == "bin/streamgauge proxy" and each.section == section), None)
            if proxy:
                proxy.samples.setdefault(language, "\n".join(block))
            return
        if language == "console":
            block = typed(block)
        self.commands += [Command(section, text) for text in whole_lines(block)]


def typed(block):
    """Of a terminal's picture: what stands behind a prompt, and goes on behind a backslash."""
    lines, goes_on = [], False
    for line in block:
        if goes_on or line.startswith("$ "):
            lines.append(line if goes_on else line[2:])
            goes_on = line.endswith("\\")
    return lines


def whole_lines(block):
    """Commands, each with the lines on which a backslash or an open quote continues it."""
    command = []
    for line in block:
        if command or (line.strip() and not line.lstrip().startswith("#")):
            command.append(line)
            if not line.endswith("\\") and closed("\n".join(command)):
                yield "\n".join(command)
                command = []


def closed(text):
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    return True
