{# Claim: every pair of a client of group a and one of group b is counted once: U of a plus U of b is n_a x n_b. #}
{% test placements_cover_all_pairs(model) %}
select *
from {{ model }}
where abs(placement_sum_a + placement_sum_b - cast(n_a as double) * n_b) > 1e-9 * n_a * n_b
{% endtest %}
