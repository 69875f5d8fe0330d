#!/bin/sh
# Makes a user for each role of topology.yaml, with the rights that it needs and no more: run it where rabbitmqctl reaches the
# broker, beside two files with the passwords. Then name both users in the topology: harness: { users: … }.
set -e

# topo-harness train, publish, results, dead and abandon: tasks come from it, and it alone takes results.
rabbitmqctl add_user ml-coordinator < ml-coordinator.password
rabbitmqctl set_permissions -p / ml-coordinator '^topo-harness\.train\.ml_results$' '^(ml_tasks|topo-harness\.train\.ml_results)$' '^(ml_events|ml_results|ml_dead_letters|ml_pool|ml_retry_.*|worker_queue_.*|topo-harness\.train\.ml_results)$'

# topo-harness work.
rabbitmqctl add_user ml-worker < ml-worker.password
rabbitmqctl set_permissions -p / ml-worker '^$' '^(amq\.default|ml_events|ml_retry_.*)$' '^(ml_pool|worker_queue_.*)$'
