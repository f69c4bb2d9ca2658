"""A file that is decoded ahead by a thread of its own."""

import threading
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

from producer_studio.audio.engine.file_reader import FileReader
from producer_studio.audio.frame_samples import Block, empty_block, silent_block
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.translation import mark

PAGE_FRAMES = 4_096

Span = tuple[int, int]
"""Frames from the first to before the second."""


class Source:
    """Holds the pages of a file that were asked for by `want`, and no others.

    All methods but `close` and `wait` return at once, and may be called from any thread.

    Attributes:
        path: The file.
        rate: Sample rate of the frames in Hz.
        end: Number of frames; None until the end was decoded once. 0 if the file cannot be opened.
        declared_frames: Number of frames by the file's header; None while unknown.
        is_open: Whether the file was opened.
        error: Why the file cannot be played, or no further than `end`; empty if it can.
        problem: What is wrong with a file that can be played; empty if nothing was found so far.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """Starts to open the file.

        Args:
            path: The file.
            rate: Sample rate of the frames in Hz; the file is converted.
        """
        self.path = path
        self.end: int | None = None
        self.declared_frames: int | None = None
        self.is_open = False
        self.error = ""
        self.problem = ""
        self.rate = rate
        self._pages: dict[int, Block] = {}
        self._requested: tuple[range, ...] = ()
        self._kept: tuple[range, ...] = ()
        self._is_new = False
        self._is_closed = False
        self._changed = threading.Condition()
        self._start()

    def _start(self) -> None:
        name = f"decode {self.path.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def want(self, spans: Sequence[Span], kept: Sequence[Span] = ()) -> None:
        """Asks for frames, and drops all others.

        Args:
            spans: Frames to decode, the most urgent first.
            kept: Frames that are not dropped where they were decoded before.
        """
        requested, still = _pages_of(spans), _pages_of(kept)
        if requested != self._requested or still != self._kept:
            with self._changed:
                self._requested, self._kept, self._is_new = requested, still, True
                self._changed.notify_all()

    def has(self, start: int, count: int) -> bool:
        """Returns whether frames can be read; those outside the file are silence, and are there."""
        if self._is_closed:
            return True
        stop = start + count
        end = self.end
        if end is not None:
            stop = min(stop, end)
        start = max(0, start)
        if start >= stop:
            return True
        pages = self._pages
        return all(
            page in pages for page in range(start // PAGE_FRAMES, (stop - 1) // PAGE_FRAMES + 1)
        )

    def read(self, start: int, count: int) -> Block:
        """Returns float32 of shape (count, 2), not to be written to; silence where nothing is."""
        page = self._pages.get(start // PAGE_FRAMES)
        first = start % PAGE_FRAMES
        if page is not None and first + count <= len(page):
            return page[first : first + count]
        made = silent_block(count)
        done = max(0, -start)
        while done < count:
            index, first = divmod(start + done, PAGE_FRAMES)
            size = min(PAGE_FRAMES - first, count - done)
            page = self._pages.get(index)
            if page is not None and first < len(page):
                piece = page[first : first + size]
                made[done : done + len(piece)] = piece
            done += size
        return made

    def wait(self, start: int, count: int) -> None:
        """Waits until frames can be read, or the source is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self.has(start, count))

    def close(self, wait_s: float) -> None:
        """Lets the thread end and close the file, and waits so long for it."""
        self.request_close()
        self._thread.join(wait_s)

    @property
    def is_running(self) -> bool:
        """Whether its thread has not ended yet."""
        return self._thread.is_alive()

    def request_close(self) -> None:
        """Lets the thread end soon, without waiting for it."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        for _ in self._steps():
            pass

    def _steps(self) -> Generator[None, None, None]:
        """Opens the file, and decodes what is asked for; yields after each page."""
        try:
            with closing(FileReader(self.path, self.rate)) as reader:
                with self._changed:
                    self.declared_frames, self.is_open = reader.declared_frames, True
                yield
                yield from self._decode_requested(reader)
        except (MediaRejected, StorageError) as error:
            self._fail(error.message)
        except Exception:
            # Whoever waits for the source must not wait for ever.
            self._fail(mark("The file cannot be played."))
            raise

    def _decode_requested(self, reader: FileReader) -> Generator[None, None, None]:
        is_indexed = False
        while True:
            with self._changed:
                self._drop_unrequested()
                page = self._next_page()
                if page is None and not is_indexed and self._pages and not self._is_closed:
                    page = -1
                while page is None and not self._is_closed:
                    self._changed.wait()
                    self._drop_unrequested()
                    page = self._next_page()
                if self._is_closed:
                    self._pages.clear()
                    return
            if page == -1:
                reader.build_index()
                is_indexed = True
            elif page is not None:
                self._decode(reader, page)
            yield

    def _decode(self, reader: FileReader, index: int) -> None:
        start = index * PAGE_FRAMES
        if reader.position != start:
            reader.seek(start)
        page = empty_block(PAGE_FRAMES)
        count = reader.read_into(page)
        with self._changed:
            if count:
                self._pages[index] = page if count == PAGE_FRAMES else page[:count].copy(order="K")
            if count < PAGE_FRAMES:
                self.end = start + count if reader.end is None else reader.end
                self.problem = reader.problem
            self._changed.notify_all()

    def _next_page(self) -> int | None:
        stop = None if self.end is None else -(-self.end // PAGE_FRAMES)
        for pages in self._requested:
            for index in pages:
                if stop is not None and index >= stop:
                    break
                if index not in self._pages:
                    return index
        return None

    def _drop_unrequested(self) -> None:
        if self._is_new:
            self._is_new = False
            needed = set(chain(*self._requested, *self._kept))
            for index in self._pages.keys() - needed:
                del self._pages[index]

    def _fail(self, message: str) -> None:
        with self._changed:
            self.error = message
            self.end = max(self._pages, default=-1) * PAGE_FRAMES + PAGE_FRAMES
            self._changed.notify_all()


def _pages_of(spans: Sequence[Span]) -> tuple[range, ...]:
    return tuple(
        range(max(0, first) // PAGE_FRAMES, -(-max(0, stop) // PAGE_FRAMES))
        for first, stop in spans
    )
