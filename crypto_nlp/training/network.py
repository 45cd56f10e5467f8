"""The network: its vocabulary, its shape, and fitting it on examples. All seeded."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.classifier.answers import HEADS, MODALITIES, answer
from crypto_nlp.classifier.marks import PLACEHOLDERS
from crypto_nlp.classifier.model import NONE, REACH, Encoder
from crypto_nlp.errors import ModelError
from crypto_nlp.evaluate import same_name
from crypto_nlp.training.examples import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tokenizers import Tokenizer

    from crypto_nlp.classifier.answers import Answer
    from crypto_nlp.classifier.marks import Marked
    from crypto_nlp.classifier.model import Window
    from crypto_nlp.training.examples import Example, Part

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_BATCH = 32
_SMOOTHING = 0.05
_MOOD, _NAME = 0.3, 0.4  # what modality and denial, subject and source count beside the type
_HARAKAT = "[\u064b-\u0652\u0670\u0640]"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; the seed decides everything that is drawn.

    ``hidden`` is the share of tokens that are hidden while fitting, so that no single word decides.
    """

    seed: int = 13
    vocabulary: int = 5000
    width: int = 64
    layers: int = 2
    heads: int = 4
    lexicon_epochs: int = 4
    epochs: int = 12
    rate: float = 3e-3
    dropout: float = 0.2
    hidden: float = 0.08


@dataclass(frozen=True)
class Network:
    """A torch model for token classification with its encoder and labels; ``special`` are names of its tokens."""

    model: Any
    encoder: Encoder
    labels: tuple[str, ...]
    special: dict[str, str]


def prepare(seed: int, threads: int = 1) -> Any:
    """Import torch and seed everything. Raises ModelError, with what to install, where it is missing."""
    try:
        import torch  # noqa: PLC0415 - only the train extra has it
    except ImportError as error:
        message = "Training needs torch: install the CPU build of torch 2.13 or later, then crypto-nlp[train]."
        raise ModelError(message) from error
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(mode=True)
    return torch


def labels_of(examples: Iterable[Example]) -> tuple[str, ...]:
    """``none`` and the claim types that the examples hold, by name; statements, which have no triggers, besides."""
    return (NONE, *sorted({"statement", *(label for e in examples for label in e.labels)} - {NONE, UNKNOWN}))


def vocabulary(texts: Iterable[str], size: int) -> Tokenizer:
    """One vocabulary of word pieces for all languages; figures keep only their length, Arabic loses its vowel marks.

    The trainer numbers letters within words as it meets them, in an order that differs from run to run, and settles
    ties by those numbers. So they are given to it as special tokens, which it numbers first, and taken back after.
    """
    from tokenizers import models, trainers  # noqa: PLC0415 - only training makes one

    given = list(texts)
    special = [*_SPECIAL, *PLACEHOLDERS]
    tokenizer = _reader(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))  # noqa: S106 - no password
    letters = sorted({letter for text in given for letter in tokenizer.normalizer.normalize_str(text)} - {" "})
    within = [f"##{letter}" for letter in letters]
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, show_progress=False, special_tokens=[*special, *within]
    )
    tokenizer.train_from_iterator(given, trainer)
    pieces = tokenizer.get_vocab(with_added_tokens=False)
    made = _reader(models.WordPiece(pieces, unk_token="[UNK]", max_input_chars_per_word=60))  # noqa: S106 - likewise
    made.add_special_tokens(special)
    return made


def _reader(model: Any) -> Tokenizer:
    """A tokenizer that writes all texts alike before ``model`` cuts their words."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers  # noqa: PLC0415 - only training makes one

    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_HARAKAT), ""),
            normalizers.Replace(Regex("[أإآ]"), "ا"),
            normalizers.Replace("ё", "е"),
            normalizers.Replace(Regex(r"\d"), "0"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def fresh(tokenizer: Tokenizer, labels: tuple[str, ...], plan: Plan) -> Network:
    """A small network with random weights."""
    from transformers import BertConfig, BertForTokenClassification  # noqa: PLC0415

    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=plan.width,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        intermediate_size=plan.width * 2,
        max_position_embeddings=2 * REACH + 1,
        type_vocab_size=1,
        num_labels=len(labels) + len(HEADS),
        hidden_dropout_prob=plan.dropout,
        attention_probs_dropout_prob=0.1,
        attn_implementation="eager",
    )
    return Network(BertForTokenClassification(config), Encoder(tokenizer), labels, {})


def pretrained(base: str, labels: tuple[str, ...]) -> Network:
    """A checkpoint of somebody else's (a folder or an id) with a new head; it learns our placeholders as new words."""
    from transformers import AutoModelForTokenClassification, AutoTokenizer  # noqa: PLC0415

    try:
        words = AutoTokenizer.from_pretrained(base, use_fast=True)
        model = AutoModelForTokenClassification.from_pretrained(
            base, num_labels=len(labels) + len(HEADS), ignore_mismatched_sizes=True, attn_implementation="eager"
        )
    except (OSError, ValueError) as error:
        message = f"{base} is no checkpoint that can be trained: name a folder or id with a fast tokenizer."
        raise ModelError(message) from error
    words.add_tokens(list(PLACEHOLDERS), special_tokens=True)
    model.resize_token_embeddings(len(words))
    special = {
        "first": words.cls_token or words.bos_token,
        "last": words.sep_token or words.eos_token,
        "fill": words.pad_token or words.eos_token,
    }
    if None in special.values():
        message = f"{base} has no tokens that open, end and fill a text: choose an encoder such as BERT or XLM-R."
        raise ModelError(message)
    return Network(model, Encoder(words.backend_tokenizer, **special), labels, special)


def fit(network: Network, examples: Sequence[Example], plan: Plan, epochs: int | None = None) -> Network:
    """Train on ``examples`` in place: cross entropy of all heads over the spots that have a label."""
    torch = prepare(plan.seed)
    rows = _rows(network, examples)
    unknown = network.encoder.tokenizer.token_to_id("[UNK]") or network.encoder.fill

    def loss_of(batch: list[_Row]) -> Any:
        given, at = tensors(network, [row.window for row in batch])
        ids = given["input_ids"]
        hidden = (torch.rand(ids.shape) < plan.hidden) & (given["attention_mask"] == 1)
        for n, row in enumerate(batch):
            hidden[n, list(row.places)] = False
        logits = network.model(**given | {"input_ids": ids.masked_fill(hidden, unknown)}).logits
        here = logits[torch.arange(len(batch)), at]
        kinds = len(network.labels)
        targets = torch.tensor([row.label for row in batch])
        loss = torch.nn.functional.cross_entropy(here[:, :kinds], targets, label_smoothing=_SMOOTHING)
        told = [n for n, row in enumerate(batch) if row.part is not None]
        if not told:
            return loss
        parts = [(row, row.part) for row in batch if row.part is not None]
        moods = torch.tensor([MODALITIES.index(part.modality) for _, part in parts])
        denials = torch.tensor([float(part.negated) for _, part in parts])
        functional = torch.nn.functional
        loss = loss + _MOOD * functional.cross_entropy(here[told, kinds:-3], moods)
        loss = loss + _MOOD * functional.binary_cross_entropy_with_logits(here[told, -3], denials)
        for column, right in ((-2, [row.subject for row, _ in parts]), (-1, [row.source for row, _ in parts])):
            scores = logits[told, :, column]
            loss = loss + _NAME * _pointing(torch, scores, [row.places for row, _ in parts], right)
        return loss

    _descend(torch, network.model, rows, loss_of, plan, plan.epochs if epochs is None else epochs)
    network.model.eval()
    return network


def _pointing(torch: Any, scores: Any, places: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> Any:
    """Minus the mean log probability of the right places among all that may be pointed at."""

    def held(chosen: Sequence[Sequence[int]]) -> Any:
        mask = torch.full(scores.shape, -math.inf)
        for n, at in enumerate(chosen):
            mask[n, list(at)] = 0.0
        return torch.logsumexp(scores + mask, dim=1)

    return (held(places) - held(right)).mean()


class _Row(NamedTuple):
    """A window with what is right of its spot; ``places`` may be pointed at: the spot itself, and every name."""

    window: Window
    label: int
    part: Part | None
    places: tuple[int, ...]
    subject: tuple[int, ...]
    source: tuple[int, ...]


def _rows(network: Network, examples: Iterable[Example]) -> list[_Row]:
    numbers = {label: n for n, label in enumerate(network.labels)}
    return [
        _row(window, numbers[label], part, example)
        for example in examples
        for window, label, part in zip(
            network.encoder.windows(example.sentence),
            example.labels,
            example.parts or (None,) * len(example.labels),
            strict=False,
        )
        if label in numbers
    ]


def _row(window: Window, label: int, part: Part | None, example: Example) -> _Row:
    ids = {token: example.sentence.names[n].id for token, n in window.names}
    subject, source = (
        tuple(token for token, name in ids.items() if any(same_name(one, name) for one in wanted)) or (window.at,)
        for wanted in (((part.subject,), part.sources) if part else ((), ()))
    )
    return _Row(window, label, part, (window.at, *ids), subject, source)


def tensors(network: Network, windows: Sequence[Window]) -> tuple[dict[str, Any], Any]:
    """What the network takes for a batch of windows, and the index of each window's spot."""
    import torch  # noqa: PLC0415 - only the train extra has it

    width = max(len(w.ids) for w in windows)
    given = {
        "input_ids": torch.tensor([[*w.ids, *[network.encoder.fill] * (width - len(w.ids))] for w in windows]),
        "attention_mask": torch.tensor([[1] * len(w.ids) + [0] * (width - len(w.ids)) for w in windows]),
    }
    if not network.special:
        given["position_ids"] = torch.tensor([[*w.places, *[0] * (width - len(w.ids))] for w in windows])
    return given, torch.tensor([w.at for w in windows])


def answers(network: Network, sentences: Sequence[Marked]) -> list[list[Answer]]:
    """What the network itself says of each spot, before it is made smaller."""
    torch = prepare(0)
    found: list[list[Answer]] = []
    with torch.no_grad():
        for sentence in sentences:
            windows = network.encoder.windows(sentence)
            if not windows:
                found.append([])
                continue
            given, _ = tensors(network, windows)
            scores = network.model(**given).logits.tolist()
            found.append(
                [
                    answer(row[window.at], row, window.at, window.names, sentence.names, network.labels)
                    for row, window in zip(scores, windows, strict=True)
                ]
            )
    return found


def _descend(
    torch: Any, model: Any, rows: Sequence[_Row], loss_of: Callable[[list[_Row]], Any], plan: Plan, epochs: int
) -> None:
    draw = random.Random(plan.seed)  # noqa: S311 - shuffling, no secret
    steps = math.ceil(len(rows) / _BATCH) * epochs
    if not steps:
        return
    optimizer = torch.optim.AdamW(model.parameters(), lr=plan.rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=steps, pct_start=0.15)
    model.train()
    for _ in range(epochs):
        for batch in _batches(rows, draw):
            loss = loss_of(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()


def _batches(rows: Sequence[_Row], draw: random.Random) -> Iterator[list[_Row]]:
    """Batches of rows of like length in a random order."""
    order = list(range(len(rows)))
    draw.shuffle(order)
    order.sort(key=lambda n: len(rows[n].window.ids) // 8)
    batches = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    draw.shuffle(batches)
    for batch in batches:
        yield [rows[n] for n in batch]
