"""A random forest behind FastAPI, as such services are usually built: a frame of one row for each request."""

import os

import joblib
import pandas
from fastapi import FastAPI
from transaction import NAMES, Transaction

app = FastAPI()
model = joblib.load(os.path.join(os.environ["MODELS"], "forest.joblib"))


@app.post("/predict")
async def predict(transaction: Transaction):
    frame = pandas.DataFrame([transaction.dict()], columns=NAMES)
    return {"probability": float(model.predict_proba(frame)[0, 1])}
