"""XGBoost behind FastAPI, as fast as we know how to make it: a row of numpy, predicted in place."""

import os

import numpy
import xgboost
from fastapi import FastAPI
from transaction import NAMES, Transaction

app = FastAPI()
model = xgboost.Booster()
model.load_model(os.path.join(os.environ["MODELS"], "trees.json"))
# One request has one row: threads would cost more than they bring.
model.set_param({"nthread": 1})


@app.post("/predict")
async def predict(transaction: Transaction):
    row = numpy.array([[getattr(transaction, name) for name in NAMES]], dtype=numpy.float32)
    return {"probability": float(model.inplace_predict(row, validate_features=False)[0])}
