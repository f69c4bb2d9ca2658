"""Short texts about a form, for its card."""

from producer_studio.domain.form import Form
from producer_studio.translation import tr

_WORDS_LIMIT = 160
_NAME_WORDS = 5


def form_words(form: Form) -> str:
    """Returns the first words of what a form asks for; empty if it has no text."""
    texts = (form.sound, form.prompt, form.instruction, form.lyrics, form.title)
    found = (" ".join(text[:_WORDS_LIMIT].split()) for text in texts)
    return next((text for text in found if text), "")


def form_details(form: Form) -> str:
    """Returns operation, model, takes and lock, such as "Create · FUZZ-2.0 · 4 takes"."""
    seed = tr("seed locked") if form.seed_locked and form.seed.strip() else ""
    parts = (tr(form.operation.label), form.model, tr(form.takes_text), seed)
    return " · ".join(part for part in parts if part)


def default_preset_name(form: Form) -> str:
    """Returns a name for a form: its title, or the first words that it has."""
    words = " ".join(form_words(form).split()[:_NAME_WORDS])
    return form.title.strip() or words or tr(form.operation.label)
