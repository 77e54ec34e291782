"""What the user sees: steps with duration and progress, live in a terminal and as plain lines elsewhere."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

# How often a step says that it still works where there is no live line.
PLAIN_INTERVAL_SECONDS = 2.0

Update = Callable[[float | None, str], None]


class Screen:
    """Prints steps and tables; remembers how long each step took."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self.seconds: dict[str, float] = {}
        self._progress: Progress | None = None

    def line(self, text: str) -> None:
        (self._progress.console if self._progress else self.console).print(
            text, markup=False, highlight=False, soft_wrap=True
        )

    @contextmanager
    def step(self, title: str) -> Iterator[Update]:
        """A step; the block calls `update(fraction or None, text)` as it goes on."""
        started = time.perf_counter()
        with self._live(title) if self.console.is_terminal else self._plain(title) as update:
            yield update
        self.seconds[title] = time.perf_counter() - started
        self.line(f"{title}: {self.seconds[title]:.1f} s")

    @contextmanager
    def _live(self, title: str) -> Iterator[Update]:
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(title, total=None)
            self._progress = progress

            def update(fraction: float | None, text: str) -> None:
                description = f"{title}: {text}" if text else title
                if fraction is None:
                    progress.update(task, description=description)
                else:
                    progress.update(task, description=description, total=1.0, completed=fraction)

            try:
                yield update
            finally:
                self._progress = None

    @contextmanager
    def _plain(self, title: str) -> Iterator[Update]:
        """Says where it is every two seconds."""
        now = {"text": ""}
        done = threading.Event()

        def update(fraction: float | None, text: str) -> None:
            now["text"] = " ".join(part for part in (text, "" if fraction is None else f"{fraction:.0%}") if part)

        def tell() -> None:
            started = time.perf_counter()
            while not done.wait(PLAIN_INTERVAL_SECONDS):
                self.line(f"{title} … {time.perf_counter() - started:.0f} s {now['text']}".rstrip())

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield update
        finally:
            done.set()
            teller.join()

    def table(self, title: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
        """A table whose first column is text and whose others are numbers."""
        table = Table(title=title, title_justify="left")
        for index, column in enumerate(columns):
            table.add_column(column, justify="right" if index == 1 else "left")
        for row in rows:
            table.add_row(*row)
        self.console.print(table)
