"""Slack's limits of messages, blocks and views: slack_sdk's models know most of them, the rest is here."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NoReturn

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as ViewModel

from tests.doubles.slack.messages import INPUTS, JSON, TOUCHED, SlackError, elements_of, words_of

LONGEST_TEXT: Final = 40_000
LONGEST_UPDATE: Final = 4_000
LONGEST_BLOCKS: Final = 13_200  # of all their words; undocumented, answered with msg_blocks_too_long
LARGEST_VIEW: Final = 250_000
EMOJI_NAMES: Final = """
    +1 -1 100 arrow_up ballot_box_with_check bell book bulb calendar clock1 cry eyes fire heart hourglass
    hourglass_flowing_sand memo mute no_entry no_entry_sign pencil pencil2 point_up question raised_hands rocket
    slightly_smiling_face snail sparkles speech_balloon star tada thinking_face thumbsdown thumbsup trophy warning wave
    white_check_mark x zap zzz
"""
EMOJI: Final = frozenset(EMOJI_NAMES.split())
FIELDS: Final = {
    "header": {"text"}, "section": {"text", "fields", "accessory", "expand"}, "divider": set(), "context": {"elements"},
    "actions": {"elements"}, "image": {"image_url", "slack_file", "alt_text", "title"}, "markdown": {"text"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"}, "rich_text": {"elements"},
    "button": {"text", "action_id", "url", "value", "style", "confirm", "accessibility_label"},
}  # fmt: skip


def check_message(text: str, blocks: list[JSON] | None, *, longest: int = LONGEST_TEXT) -> None:
    """Refuse a message that Slack would refuse."""
    if not text.strip() and not blocks:
        raise SlackError("no_text")
    if len(text) > longest:
        raise SlackError("msg_too_long")
    if blocks:
        check_blocks(blocks, most=50)
        if sum(map(len, words_of(blocks))) > LONGEST_BLOCKS:
            raise SlackError("msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    """Refuse metadata that is not an event."""
    if not (isinstance(metadata, dict) and {"event_type", "event_payload"} == set(metadata)):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        raise SlackError("invalid_metadata_format")


def check_view(view: Any, kind: str) -> None:
    """Refuse a view that Slack would refuse."""
    if not isinstance(view, dict) or view.get("type") != kind:
        _refuse("view: has to be an object of this type", "invalid_arguments")
    _of_models(lambda: ViewModel(**view), "invalid_arguments")
    if kind == "modal" and not view.get("title"):
        _refuse("missing required field: title", "invalid_arguments")
    if any(block.get("type") == "input" for block in view["blocks"]) and kind == "modal" and not view.get("submit"):
        _refuse("submit is required when an `input` is within blocks", "invalid_arguments")
    if len(str(view)) > LARGEST_VIEW:
        raise SlackError("view_too_large")
    for part in ("title", "submit", "close"):
        if part in view:
            _check_text(view[part], 24, plain=True)
    check_blocks(view["blocks"], most=100, inputs=True)


def check_blocks(blocks: Any, *, most: int, inputs: bool = False) -> None:
    """Refuse blocks that Slack would refuse."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if len(blocks) > most:
        _refuse(f"no more than {most} items allowed")
    for block in blocks:
        _of_models(partial(_parsed, block))
        _check_block(block, inputs=inputs)
    _check_unique([block["block_id"] for block in blocks if "block_id" in block])
    for block in blocks:
        _check_unique([one["action_id"] for _, one in elements_of([{"block_id": "", **block}])])


def _parsed(block: JSON) -> Block:
    parsed = Block.parse(block)
    if parsed is None:
        _refuse(f"unsupported type: {block.get('type')}")
    return parsed


def _of_models(made: Callable[[], Any], code: str = "invalid_blocks") -> None:
    """Let slack_sdk's models judge; what they cannot even read is wrong too."""
    try:
        made().to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as error:
        _refuse(str(error), code)


def _check_block(block: JSON, *, inputs: bool) -> None:
    kind = block["type"]
    known = FIELDS.get(kind)
    if known is None:
        raise NotImplementedError(f"a block of type {kind}")
    if unknown := set(block) - known - {"type", "block_id"}:
        _refuse(f"invalid additional property: {', '.join(sorted(unknown))}")
    if kind == "input" and not inputs:
        _refuse("an input stands in a modal or App Home only")
    if kind == "header":
        _check_text(block.get("text"), 150, plain=True)
    elif kind == "section":
        _check_section(block)
    elif kind in {"context", "actions"}:
        _check_elements(block, kind)
    elif kind == "input":
        _check_input(block)
    elif kind == "image" and not (block.get("image_url") or block.get("slack_file")):
        _refuse("an image has an address or a file")


def _check_section(block: JSON) -> None:
    if "text" in block:
        _check_text(block["text"], 3000)
    for one in block.get("fields", []):
        _check_text(one, 2000)
    if "accessory" in block:
        _check_element(block["accessory"])


def _check_elements(block: JSON, kind: str) -> None:
    most = 10 if kind == "context" else 25
    if not 1 <= len(block["elements"]) <= most:
        _refuse(f"{kind}: between 1 and {most} elements")
    for one in block["elements"]:
        if kind == "context" and one["type"] in {"plain_text", "mrkdwn"}:
            _check_text(one, 2000)
        elif kind == "actions" or one["type"] != "image":
            _check_element(one)


def _check_input(block: JSON) -> None:
    _check_text(block.get("label"), 2000, plain=True)
    if "hint" in block:
        _check_text(block["hint"], 2000, plain=True)
    element = block["element"]
    if element["type"] not in INPUTS:
        raise NotImplementedError(f"an input of type {element['type']}")
    most = int(element.get("max_length", 3000))
    if not 0 <= int(element.get("min_length", 0)) <= most <= 3000:
        _refuse("min_length and max_length: between 0 and 3000")
    if len(element.get("initial_value", "")) > most:
        _refuse("initial_value: longer than max_length")
    _check_element(element)


def _check_element(element: JSON) -> None:
    if len(element.get("action_id", "x")) not in range(1, 256):
        _refuse("action_id: between 1 and 255 characters")
    if element["type"] == "button":
        if unknown := set(element) - FIELDS["button"] - {"type"}:
            _refuse(f"invalid additional property: {', '.join(sorted(unknown))}")
        _check_text(element.get("text"), 75, plain=True)
        if element.get("style") not in {None, "primary", "danger"}:
            _refuse("style: primary or danger")
        if len(element.get("value", "x")) not in range(1, 2001):
            _refuse("value: between 1 and 2000 characters")
    elif element["type"] not in TOUCHED:
        raise NotImplementedError(f"an element of type {element['type']}")
    for option in element.get("options", []):
        _check_text(option.get("text"), 75, plain=element["type"] not in {"radio_buttons", "checkboxes"})


def _check_text(text: Any, most: int, *, plain: bool = False) -> None:
    if not isinstance(text, dict) or text.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
        _refuse("must be a text object of the right type")
    if not 1 <= len(text.get("text") or "") <= most:
        _refuse(f"text: must have between 1 and {most} characters")
    if set(text) - {"type", "text"} - ({"emoji"} if text["type"] == "plain_text" else {"verbatim"}):
        _refuse("text: an unknown property")


def _check_unique(ids: list[str]) -> None:
    if len(ids) != len(set(ids)):
        _refuse("every block_id of a surface and every action_id of a block is unique")


def _refuse(why: str, code: str = "invalid_blocks") -> NoReturn:
    raise SlackError(code, response_metadata={"messages": [f"[ERROR] {why}"]})
