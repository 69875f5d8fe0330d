terraform {
  required_providers {
    rabbitmq = { source = "cyrilgdn/rabbitmq" }
  }
}
variable "team" { type = string }
variable "vhost" { type = string }

resource "rabbitmq_queue" "inbox" {
  count = 2
  name  = "${var.team}.inbox.${count.index}"
  vhost = var.vhost
  settings { durable = true }
}

resource "rabbitmq_binding" "inbox" {
  count            = 2
  source           = "amq.topic"
  vhost            = var.vhost
  destination      = rabbitmq_queue.inbox[count.index].name
  destination_type = "queue"
  routing_key      = "${var.team}.${count.index}"
}
