/** What the monitor's program is told, as JSON. */
export interface MonitorPlan {
  /** Elasticsearch, `https://host:9200`. */
  readonly url: string;
  readonly username: string;
  readonly passwordFile: string;
  /** Certificate of Elasticsearch's authority. @default those that Node.js knows are enough */
  readonly authorityFile?: string;
  /** Longest wait for an answer. */
  readonly timeoutMilliseconds: number;
  /** Where it serves `/metrics`. */
  readonly host: string;
  readonly port: number;
  /** Whether lifecycle management keeps the retention. */
  readonly lifecycle: boolean;
  /** Repository of the snapshots, where there are any. */
  readonly snapshotRepository?: string;
}
