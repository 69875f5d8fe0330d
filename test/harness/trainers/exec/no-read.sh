# A trainer that closes its stdin before it has read its task.
exec <&-
sleep 0.1
echo '{"samples": 5}'
