terraform {
  required_providers {
    rabbitmq = { source = "cyrilgdn/rabbitmq" }
  }
}

variable "app_password" {
  type      = string
  sensitive = true
  default   = "s3cr$t&'x"
}

resource "terraform_data" "release" {
  input = "2026.11"
}

data "rabbitmq_exchange" "direct" {
  name       = "amq.direct"
  vhost      = rabbitmq_vhost.shop.name
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_vhost" "shop" {
  name            = "tf-shop"
  description     = "Orders, and what follows"
  max_connections = 100
  max_queues      = 500
}

resource "rabbitmq_vhost" "audit" {
  name    = "tf-audit"
  tracing = true
}

resource "rabbitmq_permissions" "self" {
  user  = "guest"
  vhost = rabbitmq_vhost.shop.name
  permissions {
    configure = ".*"
    write     = ".*"
    read      = ".*"
  }
}

resource "rabbitmq_user" "app" {
  name     = "tf-app"
  password = var.app_password
  tags     = ["management", "policymaker"]
}

resource "rabbitmq_user" "report" {
  for_each = toset(["daily", "weekly"])
  name     = "tf-report-${each.key}"
  password = "pass-${each.key}"
}

resource "rabbitmq_permissions" "app" {
  user  = rabbitmq_user.app.name
  vhost = rabbitmq_vhost.shop.name
  permissions {
    configure = ""
    write     = "^orders$"
    read      = "^(worker|orders)\\..*"
  }
}

resource "rabbitmq_permissions" "report" {
  for_each = rabbitmq_user.report
  user     = each.value.name
  vhost    = rabbitmq_vhost.shop.name
  permissions {
    configure = ""
    write     = ""
    read      = "^report\\.${each.key}$"
  }
}

resource "rabbitmq_topic_permissions" "app" {
  user  = rabbitmq_user.app.name
  vhost = rabbitmq_vhost.shop.name
  permissions {
    exchange = "events"
    write    = "^app\\."
    read     = ".*"
  }
  permissions {
    exchange = "amq.topic"
    write    = ""
    read     = ""
  }
}

resource "rabbitmq_exchange" "orders" {
  name  = "orders"
  vhost = rabbitmq_vhost.shop.name
  settings {
    type    = "topic"
    durable = true
    arguments = {
      "alternate-exchange" = "unrouted"
    }
  }
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_exchange" "unrouted" {
  name  = "unrouted"
  vhost = rabbitmq_vhost.shop.name
  settings {
    type        = "fanout"
    durable     = false
    auto_delete = true
  }
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_queue" "worker" {
  count = 3
  name  = "worker.${count.index + 1}"
  vhost = rabbitmq_vhost.shop.name
  settings {
    durable = true
    arguments_json = jsonencode({
      "x-queue-type"              = "quorum"
      "x-delivery-limit"          = 5
      "x-dead-letter-exchange"    = ""
      "x-dead-letter-routing-key" = "dead"
    })
  }
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_binding" "worker" {
  count            = 3
  source           = rabbitmq_exchange.orders.name
  vhost            = rabbitmq_vhost.shop.name
  destination      = rabbitmq_queue.worker[count.index].name
  destination_type = "queue"
  routing_key      = "orders.${count.index + 1}.#"
}

resource "rabbitmq_queue" "report" {
  for_each = toset(["daily", "weekly"])
  name     = "report.${each.key}"
  vhost    = rabbitmq_vhost.shop.name
  settings {
    durable = true
    arguments = {
      "x-dead-letter-exchange" = rabbitmq_exchange.unrouted.name
      "x-overflow"             = "reject-publish"
    }
  }
}

resource "rabbitmq_queue" "odd" {
  name  = "price $${in} USD"
  vhost = rabbitmq_vhost.shop.name
  settings {
    durable        = false
    auto_delete    = true
    arguments_json = jsonencode({ "x-max-length" = 1000, "x-message-ttl" = 60000.0, "x-max-priority" = 10 })
  }
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_exchange" "kinds" {
  name  = "kinds"
  vhost = rabbitmq_vhost.shop.name
  settings {
    type    = "headers"
    durable = true
  }
  depends_on = [rabbitmq_permissions.self]
}

resource "rabbitmq_binding" "typed" {
  source           = rabbitmq_exchange.kinds.name
  vhost            = rabbitmq_vhost.shop.name
  destination      = rabbitmq_queue.odd.name
  destination_type = "queue"
  arguments_json   = jsonencode({ "x-match" = "any", "weight" = 5, "heavy" = true, "share" = 0.5 })
}

resource "rabbitmq_binding" "texts" {
  source           = rabbitmq_exchange.kinds.name
  vhost            = rabbitmq_vhost.shop.name
  destination      = rabbitmq_exchange.unrouted.name
  destination_type = "exchange"
  routing_key      = "by text"
  arguments        = { "x-match" = "all", "weight" = "5", "heavy" = "true" }
}

resource "rabbitmq_policy" "limits" {
  name  = "limits"
  vhost = rabbitmq_vhost.shop.name
  policy {
    pattern  = "^report\\."
    priority = 3
    apply_to = "queues"
    definition = {
      "max-length"  = 1000
      "message-ttl" = "86400000"
      "queue-mode"  = "lazy"
    }
  }
}

resource "rabbitmq_policy" "mirrored" {
  name  = "mirrored"
  vhost = rabbitmq_vhost.audit.name
  policy {
    pattern  = "^log"
    priority = 0
    apply_to = "all"
    definition = {
      "ha-mode"   = "nodes"
      "ha-params" = "rabbit@a,rabbit@b"
    }
  }
}

resource "rabbitmq_operator_policy" "cap" {
  name  = "cap"
  vhost = rabbitmq_vhost.shop.name
  policy {
    pattern  = ".*"
    priority = 1
    apply_to = "queues"
    definition = {
      "max-length" = 100000
      "expires"    = 3600000
    }
  }
}

resource "rabbitmq_federation_upstream" "origin" {
  name  = "origin"
  vhost = rabbitmq_vhost.shop.name
  definition {
    uri             = "amqp://fed:fedpass@127.0.0.1:1/%2F"
    prefetch_count  = 500
    reconnect_delay = 30
    ack_mode        = "on-publish"
    exchange        = "orders"
    message_ttl     = 60000
  }
}

resource "rabbitmq_federation_upstream" "plain" {
  name  = "plain"
  vhost = rabbitmq_vhost.audit.name
  definition {
    uri = "amqp://fed:fedpass@127.0.0.1:1/%2F"
  }
}

resource "rabbitmq_shovel" "archive" {
  name  = "archive"
  vhost = rabbitmq_vhost.shop.name
  info {
    source_uri                      = "amqp://shovel:shovelpass@127.0.0.1:1/tf-shop"
    source_queue                    = "report.daily"
    source_delete_after             = "never"
    source_prefetch_count           = 20
    destination_uri                 = "amqp://shovel:otherpass@127.0.0.1:1/tf-audit"
    destination_exchange            = "archive"
    destination_exchange_key        = "daily"
    destination_add_forward_headers = true
    reconnect_delay                 = 60
  }
}

resource "rabbitmq_shovel" "drain" {
  name  = "drain"
  vhost = rabbitmq_vhost.audit.name
  info {
    source_uri                       = "amqp://127.0.0.1:1"
    source_exchange                  = "logs"
    source_exchange_key              = "#"
    delete_after                     = "1000"
    destination_uri                  = "amqp://127.0.0.1:1"
    destination_protocol             = "amqp10"
    destination_address              = "/queue/logs"
    destination_application_properties = { "by" = "shovel" }
  }
}

module "team" {
  for_each   = toset(["blue", "green"])
  source     = "./modules/team"
  team       = each.key
  vhost      = rabbitmq_vhost.shop.name
  depends_on = [rabbitmq_permissions.self]
}

output "exchange" { value = rabbitmq_exchange.orders.name }
output "queue_names" { value = rabbitmq_queue.worker[*].name }
output "workers" { value = length(rabbitmq_queue.worker) }
output "app" {
  value = { user = rabbitmq_user.app.name, password = rabbitmq_user.app.password }
  sensitive = true
}
