// In place of form-data, which axios loads for forms. topo sends none, and starts sooner without
// the packages that come with it.
export default class NoForms {
  constructor() {
    throw new Error('topo sends no forms');
  }
}
