"""The vocabulary of the schemas: strict models, field types with their ranges, and checks that report every finding."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from hygge_core.errors import Finding, InvalidInput

# Beyond these a figure is a slip of the keyboard, and float32 in the engine still holds it exactly enough.
MAX_AMOUNT = 1e9
MAX_ID = 2**63 - 1
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Lines and tabs are fine in a description.
CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Strict(BaseModel):
    """Unknown fields, NaN, infinity and values of another JSON type are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


Model = TypeVar("Model", bound=BaseModel)


def wrong(message: str) -> PydanticCustomError:
    """The error to raise in a validator: its message reaches the client as it is."""
    return PydanticCustomError("wrong", "{message}", {"message": message})


def _label(value: str) -> str:
    if CONTROL.search(value):
        raise wrong("must not contain control characters")
    if not value.strip():
        raise wrong("must not be blank")
    return value


def _text(value: str) -> str:
    if CONTROL_IN_TEXT.search(value):
        raise wrong("must not contain control characters")
    return value


def _positive_zero(value: float) -> float:
    """Equal figures have equal digits, so equal content has one hash."""
    return value + 0.0


def _distinct(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise wrong("must not name the same thing twice")
    return values


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
Label = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_label)]
Text = Annotated[str, Field(max_length=2000), AfterValidator(_text)]
Labels = Annotated[list[Label], Field(max_length=100), AfterValidator(_distinct)]
Amount = Annotated[float, Field(ge=0, le=MAX_AMOUNT), AfterValidator(_positive_zero)]
PositiveAmount = Annotated[float, Field(gt=0, le=MAX_AMOUNT)]
Price = Annotated[float, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT), AfterValidator(_positive_zero)]
Share = Annotated[float, Field(ge=0, le=1), AfterValidator(_positive_zero)]
Efficiency = Annotated[float, Field(gt=0, le=1)]


def findings_of(error: ValidationError) -> list[Finding]:
    """Everything pydantic found, each with its dotted path in the input."""
    return [Finding(path_of(item["loc"]), item["msg"]) for item in error.errors(include_url=False)]


def path_of(parts: Iterable[Any]) -> str:
    """A dotted path; what UTF-8 can't carry is replaced, so that any finding can be answered."""
    return ".".join(str(part) for part in parts).encode("utf-8", "replace").decode()


def validated(model: type[Model], value: Any) -> Model:
    """`value` as a model; InvalidInput with all findings otherwise."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise InvalidInput(findings_of(error)) from error
