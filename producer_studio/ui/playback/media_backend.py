"""Missing media backend of Qt, which nothing here needs.

QMediaDevices creates Qt's media integration, and that looks for a backend that decodes: a plugin
of its own with FFmpeg. Sound is decoded by PyAV here, so that packages do not contain the plugin.
Devices and QAudioSink work without it, as the warning says itself; no setting turns it off.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import (
    QLoggingCategory,
    QMessageLogContext,
    QMessageLogger,
    QtMsgType,
    qInstallMessageHandler,
)

_WARNING = "No QtMultimedia backends found."

_Message = tuple[QtMsgType, str, str]


@contextmanager
def without_backend_warning() -> Iterator[None]:
    """Drops that warning during the first use of QMediaDevices; all others come a moment later."""
    others: list[_Message] = []

    def keep(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if not text.startswith(_WARNING):
            others.append((kind, context.category or "default", text))

    before = qInstallMessageHandler(keep)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
        for message in others:
            _log(*message)


def _log(kind: QtMsgType, category_name: str, text: str) -> None:
    logger = QMessageLogger()
    category = QLoggingCategory(category_name)  # type: ignore[arg-type] # bytes are refused
    if kind is QtMsgType.QtDebugMsg:
        logger.debug(category, text)
    elif kind is QtMsgType.QtInfoMsg:
        logger.info(category, text)
    elif kind is QtMsgType.QtWarningMsg:
        logger.warning(category, text)
    else:
        # Qt has ended the program already after a fatal one.
        logger.critical(category, text)
