// Renders an object and its bindings as the frames that declare them.
import { fullArguments } from '../topology/normal-form.ts';
import { type Binding, type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { renderName, renderTable } from './table.ts';
import { methods, type Frame } from './wire.ts';

export function renderDeclare(object: Exchange | Queue): Frame {
  const { name, durable, auto_delete: autoDelete } = object;
  const common = {
    durable,
    autoDelete,
    passive: false,
    arguments: renderTable(fullArguments(object)),
  };
  if (isQueue(object)) {
    const fields = { ...common, queue: renderName(name), exclusive: false };
    return { method: methods.queueDeclare, fields };
  }
  const { type, internal } = object;
  const fields = { ...common, exchange: renderName(name), type, internal };
  return { method: methods.exchangeDeclare, fields };
}

export function renderBind(binding: Binding): Frame {
  return renderEnds(binding, { queue: methods.queueBind, exchange: methods.exchangeBind });
}

export function renderUnbind(binding: Binding): Frame {
  return renderEnds(binding, { queue: methods.queueUnbind, exchange: methods.exchangeUnbind });
}

/** Deletes the exchange even if it has bindings. */
export function renderDelete({ name }: Exchange): Frame {
  const fields = { exchange: renderName(name), ifUnused: false };
  return { method: methods.exchangeDelete, fields };
}

/** `method`: by the kind of the destination. */
function renderEnds(
  binding: Binding,
  method: Readonly<Record<'queue' | 'exchange', number>>,
): Frame {
  const source = renderName(binding.source);
  const destination = renderName(binding.destination);
  const common = {
    routingKey: renderName(binding.routing_key),
    arguments: renderTable(binding.arguments),
  };
  if (binding.destination_type === 'queue') {
    const fields = { ...common, queue: destination, exchange: source };
    return { method: method.queue, fields };
  }
  return { method: method.exchange, fields: { ...common, source, destination } };
}
