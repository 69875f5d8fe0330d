terraform {
  required_providers {
    rabbitmq = {
      source = "cyrilgdn/rabbitmq"
    }
  }
}

resource "rabbitmq_exchange" "tasks" {
  name = "ml_tasks"
  settings {
    type    = "direct"
    durable = true
  }
}

resource "rabbitmq_queue" "worker" {
  count = 3
  name  = "worker_queue_${count.index + 1}"
  settings {
    durable = true
  }
}

resource "rabbitmq_binding" "worker" {
  count            = 3
  vhost            = "/"
  source           = rabbitmq_exchange.tasks.name
  destination      = rabbitmq_queue.worker[count.index].name
  destination_type = "queue"
  routing_key      = rabbitmq_queue.worker[count.index].name
}

output "exchange_name" {
  value = rabbitmq_exchange.tasks.name
}

output "queue_names" {
  value = rabbitmq_queue.worker[*].name
}
