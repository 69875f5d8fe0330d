/** The only broker to talk to on AMQP, as its management API knows it. */
export interface ExpectedBroker {
  clusterName(): Promise<string>;
  hasQueue(vhost: string, name: string): Promise<boolean>;
}
