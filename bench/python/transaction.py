"""A card transaction as the services take it: thirty numbers by name."""

from pydantic import BaseModel, create_model

NAMES = ["Time", *(f"V{number}" for number in range(1, 29)), "Amount"]

Transaction: type[BaseModel] = create_model("Transaction", **{name: (float, ...) for name in NAMES})
