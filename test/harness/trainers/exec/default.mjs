export default (task) => ({ samples: 3, output: { id: task.id } });
