{#
  What the Mantel-Haenszel difference of risks and its variance (Sato 1989) are made of, from strata with the columns
  n_a, left_a, n_b, left_b and n: sums, as select expressions. A stratum without clients of both adds nothing.
#}
{% macro mantel_haenszel_sums() -%}
sum(n_a * n_b / n) as weight_sum,
sum((left_a * n_b - left_b * n_a) / n) as difference_sum,
sum((n_a * n_a * left_b - n_b * n_b * left_a + n_a * n_b * (n_b - n_a) / 2) / (n * n)) as sato_p_sum,
sum((left_a * (n_b - left_b) + left_b * (n_a - left_a)) / (2 * n)) as sato_q_sum
{%- endmacro %}
