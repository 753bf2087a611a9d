"""XGBoost behind FastAPI, as such services are usually built: scikit-learn's interface on a row of numpy."""

import os

import numpy
import xgboost
from fastapi import FastAPI
from transaction import NAMES, Transaction

app = FastAPI()
model = xgboost.XGBClassifier()
model.load_model(os.path.join(os.environ["MODELS"], "trees.json"))
# One request has one row: threads would cost more than they bring.
model.set_params(n_jobs=1)


@app.post("/predict")
async def predict(transaction: Transaction):
    row = numpy.array([[getattr(transaction, name) for name in NAMES]], dtype=numpy.float32)
    return {"probability": float(model.predict_proba(row)[0, 1])}
