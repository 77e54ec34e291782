"""The document of a community, its snapshots, and the compact list of its nodes."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, Field, PlainValidator

from hygge_topology.devices.schemas import DeviceFields, one_of, with_fields
from hygge_topology.fields import Label, Labels, Strict, wrong
from hygge_topology.flags.schemas import FlagFields
from hygge_topology.grids.schemas import Access, GridFields
from hygge_topology.houses.schemas import HouseFields
from hygge_topology.networks.schemas import NetworkConnection, NetworkFields, NetworkTransformer
from hygge_topology.priority_lists.schemas import canonical
from hygge_topology.transformers.schemas import TransformerFields

FORMAT: Final = "hygge-community/1"


def _reference(value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 200:
        raise wrong("an id is an integer or a short string")
    return value


Reference = Annotated[int | str, PlainValidator(_reference, json_schema_input_type=int | str)]


class Identified(Strict):
    """A node of the document."""

    id: Reference | None = Field(
        None, description="In an answer the node's id; in an import any integer or string that the document uses once"
    )


if TYPE_CHECKING:

    class DocumentDevice(Identified, DeviceFields):
        """A device in a document."""
else:
    DocumentDevice = one_of(with_fields("Document", Identified))


class DocumentHouse(Identified, HouseFields):
    """A house with its devices."""

    devices: list[DocumentDevice] = Field([])


class DocumentTransformer(Identified, TransformerFields):
    """A transformer with its houses."""

    houses: list[DocumentHouse] = Field([])


class DocumentRank(Strict):
    """One rank of a priority list; houses by their id in this document."""

    flags: Labels = Field([])
    houses: list[Reference] = Field([])


class DocumentPriorityList(Identified):
    """A priority list of the grid."""

    name: Label
    configuration: list[Annotated[DocumentRank, BeforeValidator(canonical)]] = Field(max_length=1000)


class DocumentNetworkTransformer(NetworkTransformer):
    """A transformer of the network; the community's by its id in this document."""

    transformer: Reference | None = Field(  # type: ignore[assignment]
        None, description="Id of the transformer of this document that this is"
    )


class DocumentConnection(NetworkConnection):
    """On which bus a house hangs; houses by their id in this document."""

    house: Reference = Field(description="Id of the house in this document")  # type: ignore[assignment]


class DocumentNetwork(NetworkFields):
    """The electrical network of the grid."""

    transformers: list[DocumentNetworkTransformer] = Field([])  # type: ignore[assignment]
    connections: list[DocumentConnection] = Field(  # type: ignore[assignment]
        [], description="One for each house that the network supplies"
    )


class Document(Identified, GridFields):
    """A whole community. Siblings are listed by id; their order means nothing else.

    What only an answer has (version, hash, created_by, access) may be sent back and is ignored.
    """

    format: Literal["hygge-community/1"] = FORMAT
    flags: list[FlagFields] = Field([], description="The flags that the community uses, with their meaning")
    transformers: list[DocumentTransformer] = Field([])
    priority_lists: list[DocumentPriorityList] = Field([])
    network: DocumentNetwork | None = Field(None, description="Its electrical network, for network checks")
    version: int | None = Field(None, description="Counts the changes of the community")
    hash: str | None = Field(None, description="SHA-256 of the content without ids: equal content, equal hash")
    created_by: int | None = Field(None, description="Id of the user who made it")
    access: Access | None = Field(None, description="What the caller may do with it")


class Snapshot(BaseModel):
    """A stored version of a community."""

    version: int
    hash: str
    created_at: datetime


class TransformerNode(BaseModel):
    """A transformer in a list of nodes."""

    id: int
    name: str


class HouseNode(BaseModel):
    """A house in a list of nodes."""

    id: int
    name: str
    transformer_id: int
    owner: str | None


class Nodes(BaseModel):
    """The nodes of a grid without their particulars."""

    grid_id: int
    created_by: int
    access: Access
    transformers: list[TransformerNode]
    houses: list[HouseNode]


EXAMPLE: dict[str, Any] = {
    "format": FORMAT,
    "name": "Hygge Street",
    "timezone": "Europe/Berlin",
    "currency": "EUR",
    "import_limit_kw": 250,
    "flags": [{"name": "medical", "description": "Oxygen concentrator at home"}],
    "transformers": [
        {
            "name": "North",
            "capacity_kw": 250,
            "houses": [
                {
                    "id": "no-7",
                    "name": "No. 7",
                    "flags": ["medical", "prosumer"],
                    "devices": [
                        {"kind": "solar_panel", "capacity_kwp": 6.4, "inverter_kw": 6},
                        {"kind": "battery", "capacity_kwh": 10, "max_charge_kw": 5, "max_discharge_kw": 5},
                    ],
                },
                {"id": "no-9", "name": "No. 9", "house_type": "business"},
            ],
        }
    ],
    "priority_lists": [{"name": "Medical first", "configuration": [{"flags": ["medical"]}, {"houses": ["no-9"]}]}],
}
