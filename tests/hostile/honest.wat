;; An honest policy, small enough to read: a door that is installed, and removed by whoever means it.
;;
;; Every other file here that starts with no `(component` holds only what differs: a form there stands in for
;; the form of the same kind and name here. What is exported is spelled as wit-component wants it, and laid out
;; in memory by the rules of the canonical ABI.

(memory $memory (export "memory") 2)

;; Where the next allocation goes. Everything allocated is given back when a call is over.
(global $heap (mut i32) (i32.const 0x3000))

;; ---- words, each in a place of its own ---------------------------------------------------------------------

(data $word.name     (i32.const 0x1000) "door")
(data $word.version  (i32.const 0x1010) "1.0.0")
(data $word.title    (i32.const 0x1020) "A door")
(data $word.normal   (i32.const 0x1030) "normal")
(data $word.absent   (i32.const 0x1040) "absent")
(data $word.open     (i32.const 0x1050) "open")
(data $word.install  (i32.const 0x1060) "install")
(data $word.remove   (i32.const 0x1070) "remove")
(data $word.code     (i32.const 0x1080) "acknowledged")
(data $word.path     (i32.const 0x1090) "parameter.acknowledged")
(data $word.bell     (i32.const 0x10b0) "bell-rings")
(data $word.sentence (i32.const 0x10c0) "It is as it is named.")
(data $word.mistake  (i32.const 0x10e0) "the door knows no such name")
(data $word.evil     (i32.const 0x1100) "evil")
(data $word.true     (i32.const 0x1110) "true")

;; ---- the manifest ------------------------------------------------------------------------------------------

;; name, version, title; then modes, kinds, actions, conditions, effects, inputs, offers, roles, grants as
;; address and length.
(data $manifest (i32.const 0x2000) (i32
    0x1000 4   0x1010 5   0x1020 6
    0x2100 1   0x2110 1   0x2200 2   0x2280 1   0x22c0 1   0x2300 1   0x2400 2   0 0   0 0))

(data $modes (i32.const 0x2100) (i32 0x1030 6))

;; name, title, modes, states, provenance: certainty, sources, note.
(data $kinds (i32.const 0x2110) (i32 0x1000 4   0x1020 6   0x21f0 1   0x2150 2   0   0 0   0 0))

;; name, title, meaning, modes, observed-only, provenance.
(data $states (i32.const 0x2150) (i32
    0x1040 6   0x1040 6   0x10c0 21   0x21f0 1   0   0   0 0   0 0
    0x1050 4   0x1050 4   0x10c0 21   0x21f0 1   0   0   0 0   0 0))

;; Index lists that others share: 0; 1; and 0 as sixteen bits.
(data $indexes (i32.const 0x21f0) (i8 0   1   0 0))

;; name, title, class, meaning.
(data $actions (i32.const 0x2200) (i32
    0x1060 7   0x1060 7   0   0x10c0 21
    0x1070 6   0x1070 6   0   0x10c0 21))

;; code, class (parameter), question, reads, provenance.
(data $conditions (i32.const 0x2280) (i32 0x1080 12   4   0x10c0 21   0x22f0 1   0   0 0   0 0))

;; code, meaning.
(data $effects (i32.const 0x22c0) (i32 0x10b0 10   0x10c0 21))

(data $reads (i32.const 0x22f0) (i32 0x1090 22))

;; path, meaning, values, links-to.
(data $inputs (i32.const 0x2300) (i32 0x1090 22   0x10c0 21   0 0   0   0 0))

;; mode, kind and action in one word; conditions, selectors, effects, from-states, rules.
(data $offers (i32.const 0x2400) (i32
    0x000000   0 0        0   0x21f2 1   0x21f0 1   0x2480 1
    0x010000   0x21f2 1   0   0 0        0x21f1 1   0x24c0 1))

;; from-states, requires, branches, alternatives, provenance.
(data $rule.install (i32.const 0x2480) (i32 0x21f0 1   0   0x2500 1   0 0   0   0 0   0 0))
(data $rule.remove  (i32.const 0x24c0) (i32 0x21f1 1   1   0x2520 1   0 0   0   0 0   0 0))

;; when, unless, requires, next-state (some, index), effects.
(data $branch.install (i32.const 0x2500) (i32 0 0 0   0x0101   1))
(data $branch.remove  (i32.const 0x2520) (i32 0 0 0   0x0001   0))

;; ---- memory ------------------------------------------------------------------------------------------------

(func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32)
    (result i32)
  (local $start i32)
  (local.set $start
    (i32.and
      (i32.sub (i32.add (global.get $heap) (local.get $align)) (i32.const 1))
      (i32.sub (i32.const 0) (local.get $align))))
  (global.set $heap (i32.add (local.get $start) (local.get $size)))
  (block $fits
    (loop $more
      (br_if $fits (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 0x10000))))
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
      (unreachable)))
  (memory.copy (local.get $start) (local.get $old) (local.get $old_size))
  (local.get $start))

(func $alloc (param $size i32) (result i32)
  (local $start i32)
  (local.set $start (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (local.get $size)))
  (memory.fill (local.get $start) (i32.const 0) (local.get $size))
  (local.get $start))

(func $free_all (param i32)
  (global.set $heap (i32.const 0x3000)))

(export "cabi_post_interlock:policy/decisions@0.1.0#describe" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#evaluate" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#survey" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#observe" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#decide" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#decide-all" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#evaluate-packed" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#survey-packed" (func $free_all))
(export "cabi_post_interlock:policy/decisions@0.1.0#texts" (func $free_all))

;; ---- names -------------------------------------------------------------------------------------------------

(func $is (param $text i32) (param $length i32) (param $word i32) (param $word_length i32) (result i32)
  (if (i32.ne (local.get $length) (local.get $word_length)) (then (return (i32.const 0))))
  (loop $next
    (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
    (local.set $length (i32.sub (local.get $length) (i32.const 1)))
    (br_if $next
      (i32.eq
        (i32.load8_u (i32.add (local.get $text) (local.get $length)))
        (i32.load8_u (i32.add (local.get $word) (local.get $length))))))
  (i32.const 0))

;; Position of the text at `place` among entries that start with their names; -1 where it is none of them.
(func $index_of (param $place i32) (param $entries i32) (param $count i32) (param $stride i32) (result i32)
  (local $index i32)
  (loop $next
    (if (i32.ge_u (local.get $index) (local.get $count)) (then (return (i32.const -1))))
    (if (call $is
          (i32.load (local.get $place)) (i32.load offset=4 (local.get $place))
          (i32.load (local.get $entries)) (i32.load offset=4 (local.get $entries)))
      (then (return (local.get $index))))
    (local.set $entries (i32.add (local.get $entries) (local.get $stride)))
    (local.set $index (i32.add (local.get $index) (i32.const 1)))
    (br $next))
  (unreachable))

;; Whether the target of a request is called `evil`: what turns a hostile policy, and no honest one.
(func $provoked (param $request i32) (result i32)
  (call $is
    (i32.load offset=52 (local.get $request)) (i32.load offset=56 (local.get $request))
    (i32.const 0x1100) (i32.const 4)))

;; Whether a situation knows what no manifest lists, which means nothing: what turns a hostile policy here.
(func $provoked_by (param $known i32) (result i32)
  (i32.eq (local.get $known) (i32.const 0xeeee0000)))

;; ---- deciding ----------------------------------------------------------------------------------------------

(func $set_outcome (param $out i32) (param $verdict i32) (param $cause i32) (param $reasons i32)
  (i32.store8 (local.get $out) (local.get $verdict))
  (i32.store8 offset=1 (local.get $out) (local.get $cause))
  (i32.store offset=4 (local.get $out) (local.get $reasons))
  (i64.store offset=8 (local.get $out) (i64.const 0)))

(func $set_allowed (param $out i32) (param $next_state i32) (param $effects i32)
  (call $set_outcome (local.get $out) (i32.const 0) (i32.const 0) (i32.const 0))
  (i32.store8 offset=8 (local.get $out) (i32.const 1))
  (i32.store8 offset=9 (local.get $out) (local.get $next_state))
  (i32.store offset=12 (local.get $out) (local.get $effects)))

(func $decide_into (param $mode i32) (param $kind i32) (param $state i32) (param $action i32)
    (param $holds i32) (param $known i32) (param $out i32)
  (local $verdict i32)
  (if (i32.or (local.get $mode) (local.get $kind))
    (then (return (call $set_outcome (local.get $out) (i32.const 1) (i32.const 1) (i32.const 0)))))
  (if (i32.gt_u (local.get $action) (i32.const 1))
    (then (return (call $set_outcome (local.get $out) (i32.const 1) (i32.const 2) (i32.const 0)))))
  (if (i32.ne (local.get $state) (local.get $action))
    (then (return (call $set_outcome (local.get $out) (i32.const 1) (i32.const 3) (i32.const 0)))))
  (if (i32.eqz (local.get $action))
    (then (return (call $set_allowed (local.get $out) (i32.const 1) (i32.const 1)))))
  (local.set $verdict (call $acknowledged (local.get $holds) (local.get $known)))
  (if (local.get $verdict)
    (then (call $set_outcome (local.get $out) (local.get $verdict) (i32.const 0) (i32.const 1)))
    (else (call $set_allowed (local.get $out) (i32.const 0) (i32.const 0)))))

;; The verdict on removing: 0 allows, where it is acknowledged; 1 denies, where it is not; 2 depends.
(func $acknowledged (param $holds i32) (param $known i32) (result i32)
  (select
    (i32.eqz (i32.and (local.get $holds) (i32.const 1)))
    (i32.const 2)
    (i32.and (local.get $known) (i32.const 1))))

(func $decide_at (param $situation i32) (param $out i32)
  (call $decide_into
    (i32.load8_u (local.get $situation))
    (i32.load8_u offset=1 (local.get $situation))
    (i32.load8_u offset=2 (local.get $situation))
    (i32.load8_u offset=3 (local.get $situation))
    (i32.load offset=4 (local.get $situation))
    (i32.load offset=8 (local.get $situation))
    (local.get $out)))

;; Fills a situation; returns 0, or one more than the number of the mistake in `request-error`.
(func $situate (param $mode i32) (param $target i32) (param $action i32) (param $parameters i32) (param $out i32)
    (result i32)
  (local $index i32)
  (local $left i32)
  (local $parameter i32)
  (i64.store (local.get $out) (i64.const 0))
  (i32.store offset=8 (local.get $out) (i32.const 0))
  (if (i32.lt_s (call $index_of (local.get $mode) (i32.const 0x2100) (i32.const 1) (i32.const 8)) (i32.const 0))
    (then (return (i32.const 1))))
  (if (i32.lt_s (call $index_of (local.get $target) (i32.const 0x2110) (i32.const 1) (i32.const 52)) (i32.const 0))
    (then (return (i32.const 2))))
  (local.set $index
    (call $index_of (i32.add (local.get $target) (i32.const 16)) (i32.const 0x2150) (i32.const 2) (i32.const 56)))
  (if (i32.lt_s (local.get $index) (i32.const 0)) (then (return (i32.const 3))))
  (i32.store8 offset=2 (local.get $out) (local.get $index))
  (local.set $index (call $index_of (local.get $action) (i32.const 0x2200) (i32.const 2) (i32.const 28)))
  (if (i32.lt_s (local.get $index) (i32.const 0)) (then (return (i32.const 4))))
  (i32.store8 offset=3 (local.get $out) (local.get $index))
  (local.set $parameter (i32.load (local.get $parameters)))
  (local.set $left (i32.load offset=4 (local.get $parameters)))
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $left)))
      (if (call $is
            (i32.load (local.get $parameter)) (i32.load offset=4 (local.get $parameter))
            (i32.const 0x1080) (i32.const 12))
        (then
          (i32.store offset=8 (local.get $out) (i32.const 1))
          (i32.store offset=4 (local.get $out)
            (call $is
              (i32.load offset=8 (local.get $parameter)) (i32.load offset=12 (local.get $parameter))
              (i32.const 0x1110) (i32.const 4)))))
      (local.set $parameter (i32.add (local.get $parameter) (i32.const 16)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $next)))
  (i32.const 0))

(func $situate_request (param $request i32) (param $out i32) (result i32)
  (call $situate
    (local.get $request)
    (i32.add (local.get $request) (i32.const 44))
    (i32.add (local.get $request) (i32.const 36))
    (i32.add (local.get $request) (i32.const 84))
    (local.get $out)))

;; A result that holds a mistake of the caller.
(func $refuse (param $out i32) (param $mistake i32)
  (i32.store8 (local.get $out) (i32.const 1))
  (i32.store8 offset=4 (local.get $out) (i32.sub (local.get $mistake) (i32.const 1)))
  (i32.store offset=8 (local.get $out) (i32.const 0x10e0))
  (i32.store offset=12 (local.get $out) (i32.const 27)))

;; ---- the answers -------------------------------------------------------------------------------------------

(func $answer_describe (result i32)
  (i32.const 0x2000))

(func $answer_decide (param $mode i32) (param $kind i32) (param $state i32) (param $action i32)
    (param $holds i32) (param $known i32) (result i32)
  (local $out i32)
  (local.set $out (call $alloc (i32.const 16)))
  (call $decide_into
    (local.get $mode) (local.get $kind) (local.get $state) (local.get $action)
    (local.get $holds) (local.get $known) (local.get $out))
  (local.get $out))

(func $answer_decide_all (param $situations i32) (param $count i32) (result i32)
  (local $list i32)
  (local $out i32)
  (local.set $list (call $alloc (i32.const 8)))
  (local.set $out (call $alloc (i32.mul (local.get $count) (i32.const 16))))
  (i32.store (local.get $list) (local.get $out))
  (i32.store offset=4 (local.get $list) (local.get $count))
  (block $done
    (loop $next
      (br_if $done (i32.eqz (local.get $count)))
      (call $decide_at (local.get $situations) (local.get $out))
      (local.set $situations (i32.add (local.get $situations) (i32.const 12)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br $next)))
  (local.get $list))

(func $answer_observe (param $request i32) (result i32)
  (local $out i32)
  (local $mistake i32)
  (local.set $out (call $alloc (i32.const 16)))
  (local.set $mistake (call $situate_request (local.get $request) (i32.add (local.get $out) (i32.const 4))))
  (if (local.get $mistake) (then (call $refuse (local.get $out) (local.get $mistake))))
  (local.get $out))

;; A decision with one reason, on deny and depends, or one effect, where the door is installed.
(func $answer_evaluate (param $request i32) (result i32)
  (local $out i32)
  (local $situation i32)
  (local $outcome i32)
  (local $reason i32)
  (local $mistake i32)
  (local.set $out (call $alloc (i32.const 44)))
  (local.set $situation (call $alloc (i32.const 12)))
  (local.set $outcome (call $alloc (i32.const 16)))
  (local.set $mistake (call $situate_request (local.get $request) (local.get $situation)))
  (if (local.get $mistake)
    (then
      (call $refuse (local.get $out) (local.get $mistake))
      (return (local.get $out))))
  (call $decide_at (local.get $situation) (local.get $outcome))
  (i32.store8 offset=4 (local.get $out) (i32.load8_u (local.get $outcome)))
  (if (i32.load8_u (local.get $outcome))
    (then
      (local.set $reason (call $alloc (i32.const 28)))
      (i32.store offset=8 (local.get $out) (local.get $reason))
      (i32.store offset=12 (local.get $out) (i32.const 1))
      (i32.store (local.get $reason) (i32.const 0x1080))
      (i32.store offset=4 (local.get $reason) (i32.const 12))
      (i32.store8 offset=8 (local.get $reason) (i32.const 4))
      (i32.store offset=12 (local.get $reason) (i32.const 0x10c0))
      (i32.store offset=16 (local.get $reason) (i32.const 21))
      (if (i32.load8_u offset=1 (local.get $outcome))
        (then
          (i32.store (local.get $reason) (i32.const 0x1120))
          (i32.store offset=4 (local.get $reason) (i32.const 14))
          (i32.store8 offset=8 (local.get $reason) (i32.const 2)))))
    (else
      (i32.store8 offset=16 (local.get $out) (i32.const 1))
      (i32.store offset=20 (local.get $out) (i32.const 0x1040))
      (i32.store offset=24 (local.get $out) (i32.const 6))
      (if (i32.load8_u offset=9 (local.get $outcome))
        (then
          (i32.store offset=20 (local.get $out) (i32.const 0x1050))
          (i32.store offset=24 (local.get $out) (i32.const 4))
          (i32.store offset=28 (local.get $out) (i32.const 0x1140))
          (i32.store offset=32 (local.get $out) (i32.const 1))))))
  (local.get $out))

(data $word.not_from_state (i32.const 0x1120) "not-from-state")

;; The one effect there is: code, message.
(data $effect (i32.const 0x1140) (i32 0x10b0 10   0x10c0 21))

(func $answer_survey (param $query i32) (result i32)
  (local $out i32)
  (local $situation i32)
  (local $outcome i32)
  (local $answer i32)
  (local $mistake i32)
  (local $target i32)
  (local $action i32)
  (local $actions i32)
  (local $count i32)
  (local $stride i32)
  (local.set $out (call $alloc (i32.const 16)))
  (local.set $situation (call $alloc (i32.const 12)))
  (local.set $outcome (call $alloc (i32.const 16)))
  ;; Without actions, those of the manifest.
  (local.set $actions (i32.load offset=36 (local.get $query)))
  (local.set $count (i32.load offset=40 (local.get $query)))
  (local.set $stride (i32.const 8))
  (if (i32.eqz (local.get $count))
    (then
      (local.set $actions (i32.const 0x2200))
      (local.set $count (i32.const 2))
      (local.set $stride (i32.const 28))))
  (i32.store offset=8 (local.get $out) (i32.mul (i32.load offset=48 (local.get $query)) (local.get $count)))
  (local.set $answer (call $alloc (i32.mul (i32.load offset=8 (local.get $out)) (i32.const 16))))
  (i32.store offset=4 (local.get $out) (local.get $answer))
  (block $done
    (loop $next
      (if (i32.ge_u (local.get $action) (local.get $count))
        (then
          (local.set $action (i32.const 0))
          (local.set $target (i32.add (local.get $target) (i32.const 1)))))
      (br_if $done (i32.ge_u (local.get $target) (i32.load offset=48 (local.get $query))))
      (local.set $mistake
        (call $situate
          (local.get $query)
          (i32.add (i32.load offset=44 (local.get $query)) (i32.mul (local.get $target) (i32.const 32)))
          (i32.add (local.get $actions) (i32.mul (local.get $action) (local.get $stride)))
          (i32.add (local.get $query) (i32.const 60))
          (local.get $situation)))
      (if (local.get $mistake)
        (then
          (call $refuse (local.get $out) (local.get $mistake))
          (return (local.get $out))))
      (call $decide_at (local.get $situation) (local.get $outcome))
      (i32.store (local.get $answer) (local.get $target))
      (i32.store offset=4 (local.get $answer) (local.get $action))
      (i32.store16 offset=8 (local.get $answer) (i32.load16_u (local.get $outcome)))
      (i32.store offset=12 (local.get $answer) (i32.load offset=4 (local.get $outcome)))
      (local.set $answer (i32.add (local.get $answer) (i32.const 16)))
      (local.set $action (i32.add (local.get $action) (i32.const 1)))
      (br $next)))
  (local.get $out))

;; It takes no packed questions: an empty list answers each, and there are no texts.
(data $nothing (i32.const 0x1150) (i32 0 0))

(func $answer_evaluate_packed (param $numbers i32) (param $count i32) (param $text i32) (param $length i32)
    (result i32)
  (i32.const 0x1150))

(func $answer_survey_packed (param $numbers i32) (param $count i32) (param $text i32) (param $length i32)
    (result i32)
  (i32.const 0x1150))

(func $answer_texts (result i32)
  (i32.const 0x1150))

;; ---- what is called from outside ---------------------------------------------------------------------------

(func $describe (export "interlock:policy/decisions@0.1.0#describe") (result i32)
  (call $answer_describe))

(func $evaluate (export "interlock:policy/decisions@0.1.0#evaluate") (param $request i32) (result i32)
  (call $answer_evaluate (local.get $request)))

(func $survey (export "interlock:policy/decisions@0.1.0#survey") (param $query i32) (result i32)
  (call $answer_survey (local.get $query)))

(func $observe (export "interlock:policy/decisions@0.1.0#observe") (param $request i32) (result i32)
  (call $answer_observe (local.get $request)))

(func $decide (export "interlock:policy/decisions@0.1.0#decide") (param $mode i32) (param $kind i32)
    (param $state i32) (param $action i32) (param $holds i32) (param $known i32) (result i32)
  (call $answer_decide
    (local.get $mode) (local.get $kind) (local.get $state) (local.get $action)
    (local.get $holds) (local.get $known)))

(func $decide_all (export "interlock:policy/decisions@0.1.0#decide-all") (param $situations i32) (param $count i32)
    (result i32)
  (call $answer_decide_all (local.get $situations) (local.get $count)))

(func $evaluate_packed (export "interlock:policy/decisions@0.1.0#evaluate-packed")
    (param $numbers i32) (param $count i32) (param $text i32) (param $length i32) (result i32)
  (call $answer_evaluate_packed
    (local.get $numbers) (local.get $count) (local.get $text) (local.get $length)))

(func $survey_packed (export "interlock:policy/decisions@0.1.0#survey-packed")
    (param $numbers i32) (param $count i32) (param $text i32) (param $length i32) (result i32)
  (call $answer_survey_packed
    (local.get $numbers) (local.get $count) (local.get $text) (local.get $length)))

(func $texts (export "interlock:policy/decisions@0.1.0#texts") (result i32)
  (call $answer_texts))
