"""Rounds in which each client hands back the 400 KB that it was given, for ../flower.ts."""
import time

import numpy as np
from flwr.app import ArrayRecord, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import ServerApp
from flwr.serverapp.strategy import FedAvg

client = ClientApp()
server = ServerApp()


@client.train()
def train(message, context):
    metrics = MetricRecord({"num-examples": 1})
    content = RecordDict({"arrays": message.content["arrays"], "metrics": metrics})
    return Message(content=content, reply_to=message)


class Timed(FedAvg):
    """Says when each round begins."""

    def configure_train(self, server_round, arrays, config, grid):
        print("round begins at %.3f" % time.time(), flush=True)
        return super().configure_train(server_round, arrays, config, grid)


@server.main()
def main(grid, context):
    strategy = Timed(fraction_evaluate=0.0, min_train_nodes=3, min_available_nodes=3)
    arrays = ArrayRecord([np.zeros(100_000, dtype=np.float32)])
    strategy.start(grid=grid, initial_arrays=arrays, num_rounds=context.run_config["rounds"])
    print("round begins at %.3f, if there were one more" % time.time(), flush=True)
