"""The commands of the README, as written there: each with its section, in their order."""

import re
import shlex

RUN_AS_SHELL = ("bash", "console", "sh", "shell")
FENCE = re.compile(r"^```(\S*)")


class Command:
    """One command; `text` is what a reader would paste."""

    def __init__(self, section, text):
        self.section, self.text = section, text
        self.words = shlex.split(text.replace("\\\n", " "), comments=True)

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
    """Commands, and the samples of output by section and language."""

    def __init__(self, text):
        self.commands, self.samples = [], {}
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
            self.samples.setdefault((section, language), "\n".join(block))
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
    """Commands, each with the lines on which a backslash continues it."""
    command = []
    for line in block:
        if command or (line.strip() and not line.lstrip().startswith("#")):
            command.append(line)
            if not line.endswith("\\"):
                yield "\n".join(command)
                command = []
