"""A task that does nothing but count itself, for celery.ts.

python celery_app.py N publishes N of them, each confirmed by the broker; celery -A celery_app worker works on them.
"""
import os
import sys

from celery import Celery

app = Celery("peers", broker=os.environ["AMQP_URL"].replace("amqp://", "pyamqp://", 1))
app.conf.update(
    broker_transport_options={"confirm_publish": True},
    task_acks_late=True,
    task_default_queue="celery",
    task_default_delivery_mode="persistent",
    task_ignore_result=True,
    worker_prefetch_multiplier=50,
    worker_hijack_root_logger=False,
)
done = os.open(os.environ.get("DONE", os.devnull), os.O_WRONLY | os.O_APPEND | os.O_CREAT)


@app.task(name="nothing")
def nothing(pad):
    os.write(done, b".")


if __name__ == "__main__":
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(int(sys.argv[1])):
            nothing.apply_async(("x" * 900,), producer=producer)
