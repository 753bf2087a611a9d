export class PingDataDto {
  /** @example "ok" */
  status!: 'ok';
}

export class PingDto {
  data!: PingDataDto;
}
