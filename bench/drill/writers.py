"""People who write comments and posts and add files, one after the other, each with a ledger of what the site said it had taken."""

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle
from urllib.error import HTTPError, URLError

from bench.drill.browser import DONE, Browser

TALK = 1
Entry = tuple[str, str]
PDF = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n%{}\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass
class Writer:
    """One of them. `taken` is the ledger: (what, word); `refused` has the answers that were no."""

    browser: Browser
    email: str
    pause: float
    stopping: threading.Event = field(default_factory=threading.Event)
    taken: list[Entry] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    cut_off: int = 0
    number: int = 0
    own_post: str = ""

    def write(self, what: str, word: str) -> None:
        """Do one deed, and enter it in the ledger once the site said it is done."""
        status, said = {"comment": self.comment, "post": self.post, "upload": self.upload}[what](word)
        if status != DONE:
            self.refused[status] += 1
            return
        self.taken.append((what, word))
        if what == "post":
            self.own_post = (re.findall(r"/posts/(\d+)", said) or [self.own_post])[0]

    def comment(self, word: str) -> tuple[int, str]:
        """Say something under a post that all comment on."""
        return self.browser.send(f"/en/posts/{TALK}", "body", body=f"We tried it again: {word}.")

    def post(self, word: str) -> tuple[int, str]:
        """Tell of a practice."""
        body = f"What {word} taught us, in a few sentences: begin small, and tell others."
        return self.browser.send(
            "/en/posts/new/practice", "title", title=f"How we keep {word}", body=body, themes="finance", action="post"
        )

    def upload(self, word: str) -> tuple[int, str]:
        """Add a file to the post written last, or comment before there is one."""
        path = f"/en/posts/{self.own_post}/files"
        return self.browser.send(path, "file", (f"{word}.pdf", PDF.format(word).encode()))

    def keep_writing(self) -> None:
        """Write until told to stop; whoever is cut off goes on, as people do."""
        for what in cycle(("post", "comment", "upload", "comment")):
            if self.stopping.is_set():
                return
            self.number += 1
            word = f"zebra{self.number}of{self.email.partition('@')[0]}"
            try:
                self.write("comment" if what == "upload" and not self.own_post else what, word)
            except HTTPError as problem:
                self.refused[problem.code] += 1
            except (URLError, HTTPException, OSError, StopIteration):
                self.cut_off += 1
            self.stopping.wait(self.pause)
