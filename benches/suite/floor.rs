//! What does any call of a component cost, whatever it does?

use std::cell::LazyCell;

use criterion::Criterion;
use wasmtime::Store;
use wasmtime::component::{Component, Linker, TypedFunc};

use crate::runtime;

pub(crate) fn bench(criterion: &mut Criterion) {
    let mut empty = LazyCell::new(Empty::new);
    criterion.bench_function("floor/empty-component-call", |bencher| {
        let Empty { store, function } = &mut *empty;
        bencher.iter(|| function.call(&mut *store, ()));
    });
}

/// One instance of the component that does nothing.
struct Empty {
    store: Store<()>,
    function: TypedFunc<(), ()>,
}

impl Empty {
    fn new() -> Self {
        let runtime = runtime::new();
        let bytes = wat::parse_str(include_str!("floor.wat")).unwrap();
        let component = Component::from_binary(&runtime, &bytes).unwrap();
        let mut store = Store::new(&runtime, ());
        store.set_epoch_deadline(1);
        let instance = Linker::new(&runtime).instantiate(&mut store, &component).unwrap();
        let function = instance.get_typed_func(&mut store, "empty").unwrap();
        function.call(&mut store, ()).unwrap();
        Self { store, function }
    }
}
