export {
  exampleTransaction,
  isSimulatedModel,
  SIMULATED_MODELS,
  simulateCsv,
  type SimulatedModel,
  type SimulationOptions,
} from './simulate-csv.js';
