export { type MeasuredRows } from './metrics/measured-rows.js';
export { type MeasureOptions, measure } from './metrics/measure.js';
export { TrainingQueueModule } from './queue/training-queue.module.js';
export { TrainingQueue } from './queue/training-queue.js';
export { TrainingModule, TrainingWorkerModule } from './training.module.js';
export { noDataset, noTraining } from './problems.js';
export { TrainingService } from './training.service.js';
