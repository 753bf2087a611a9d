import { Injectable } from '@nestjs/common';
import { Metrics } from '@app/metrics';
import { Champions } from './champions.service.js';

/** Which champions this process scores with. */
@Injectable()
export class ChampionMetrics {
  constructor(metrics: Metrics, champions: Champions) {
    metrics.gauge(
      'fraud_champion_version',
      'The version that scores, by model.',
      ['model'],
      () => [...champions.all()].map(([model, { version }]) => ({ labels: { model }, value: version })),
      // One that a promotion has not reached must show.
      'each',
    );
    metrics.gauge(
      'fraud_champions_loaded',
      'Models that have a version that scores.',
      [],
      () => [{ labels: {}, value: champions.all().size }],
      'min',
    );
    metrics.gauge(
      'fraud_champion_broken',
      '1 where the champion cannot be loaded.',
      ['model'],
      () => [...champions.notLoaded().keys()].map((model) => ({ labels: { model }, value: 1 })),
      'max',
    );
  }
}
