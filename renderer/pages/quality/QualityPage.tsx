import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';

export default function QualityPage() {
  return (
    <Page title="Quality">
      <Loading />
    </Page>
  );
}
